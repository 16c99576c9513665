package io.gpenstreams.event;

import com.fasterxml.jackson.databind.JsonNode;

/** The events of Amazon EventBridge, among them S3's own. */
final class EventBridge {
  private EventBridge() {}

  /** Whether a value looks like an event of EventBridge, and not like the project's own event. */
  static boolean is(JsonNode tree) {
    return !tree.has("imageId") && tree.has("detail-type") && tree.has("detail");
  }

  /** Whether S3 sent the event. */
  static boolean isOfS3(JsonNode tree) {
    return tree.path("source").asText("").equals("aws.s3");
  }

  /** Whether an object was created. */
  static boolean isCreated(JsonNode tree) {
    return tree.path("detail-type").asText("").equals("Object Created");
  }
}
