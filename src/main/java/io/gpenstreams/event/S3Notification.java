package io.gpenstreams.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The parts of an S3 event notification that name created objects. */
final class S3Notification {
  private static final String EVENTS = "Records";

  private S3Notification() {}

  /** Whether the JSON has the form of a notification, and not of the project's own event. */
  static boolean is(JsonNode tree) {
    return !tree.has("imageId") && (tree.has(EVENTS) || tree.has("Event"));
  }

  /** Whether an object was created, by one event of a notification. */
  static boolean isCreated(JsonNode event) {
    String name = event.path("eventName").asText("");
    return name.startsWith("ObjectCreated:") || name.startsWith("s3:ObjectCreated:");
  }

  /** All events of a notification, of whatever kind. */
  static JsonNode events(JsonNode tree) {
    return tree.path(EVENTS);
  }

  /**
   * One notification for each created object, in their order. Each holds the object's event and
   * nothing else, so that all of them together are about as large as the original.
   */
  static List<JsonNode> split(JsonNode tree) {
    List<JsonNode> parts = new ArrayList<>();
    for (JsonNode event : events(tree)) {
      if (isCreated(event)) {
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        part.putArray(EVENTS).add(event);
        parts.add(part);
      }
    }
    return List.copyOf(parts);
  }
}
