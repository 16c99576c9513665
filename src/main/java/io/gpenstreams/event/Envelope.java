package io.gpenstreams.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A format that other systems wrap an event in: the event is in a field, as JSON or as text. */
enum Envelope {
  /** CloudEvents 1.0 in structured content mode. */
  CLOUD_EVENT("cloud-event", "the CloudEvent's data") {
    @Override
    boolean isAround(JsonNode tree) {
      return tree.has("specversion");
    }

    @Override
    Optional<JsonNode> content(JsonNode tree, StrictJson json) {
      JsonNode base64 = tree.get("data_base64");
      return Optional.of(
          base64 == null ? unquoted(tree.get("data"), json) : json.read(decoded(base64)));
    }

    private byte[] decoded(JsonNode base64) {
      try {
        return Base64.getDecoder().decode(base64.textValue());
      } catch (IllegalArgumentException e) {
        throw new RestorationException(
            ErrorCode.INVALID_EVENT, Stage.EVENT, "data_base64: is not Base64", e);
      }
    }
  },

  /** A message of Amazon SNS without raw message delivery. */
  SNS("sns-notification", "the SNS notification's Message") {
    @Override
    boolean isAround(JsonNode tree) {
      return tree.has("TopicArn") && tree.has("Type");
    }

    @Override
    Optional<JsonNode> content(JsonNode tree, StrictJson json) {
      // The other types confirm a subscription.
      return tree.get("Type").textValue().equals("Notification")
          ? Optional.of(unquoted(tree.get("Message"), json))
          : Optional.empty();
    }
  },

  /** An event of Amazon EventBridge from another application; S3's own events contain no event. */
  EVENT_BRIDGE("eventbridge-event", "the EventBridge event's detail") {
    @Override
    boolean isAround(JsonNode tree) {
      return EventBridge.is(tree) && !EventBridge.isOfS3(tree);
    }

    @Override
    Optional<JsonNode> content(JsonNode tree, StrictJson json) {
      return Optional.of(tree.get("detail"));
    }
  };

  private final String schema;
  private final String place;

  Envelope(String schema, String place) {
    this.schema = schema;
    this.place = place;
  }

  /** The envelope that a value is, if any; the project's own event is none. */
  static Optional<Envelope> of(JsonNode tree) {
    if (!tree.isObject() || tree.has("imageId")) {
      return Optional.empty();
    }
    for (Envelope envelope : values()) {
      if (envelope.isAround(tree)) {
        return Optional.of(envelope);
      }
    }
    return Optional.empty();
  }

  /** Name of the schema that a value must conform to before {@link #content} is called. */
  String schema() {
    return schema;
  }

  /** Where the content is, for messages. */
  String place() {
    return place;
  }

  /** Whether a value looks like this envelope. */
  abstract boolean isAround(JsonNode tree);

  /**
   * Its content; empty if the envelope is of a type that has none.
   *
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT} if it is not JSON
   */
  abstract Optional<JsonNode> content(JsonNode tree, StrictJson json);

  private static JsonNode unquoted(JsonNode content, StrictJson json) {
    return content.isTextual()
        ? json.read(content.textValue().getBytes(StandardCharsets.UTF_8))
        : content;
  }
}
