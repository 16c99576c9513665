package io.gpenstreams.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Opens the envelopes of an event. */
final class Envelopes {
  // Enough for an event on EventBridge that SNS forwards in CloudEvents of a gateway.
  private static final int MAX_DEPTH = 3;

  private final StrictJson json = new StrictJson();
  private final Map<Envelope, EventSchema> schemas = new EnumMap<>(Envelope.class);

  Envelopes() {
    for (Envelope envelope : Envelope.values()) {
      schemas.put(envelope, new EventSchema(envelope.schema()));
    }
  }

  /**
   * The content of the envelopes.
   *
   * @param event null if the innermost envelope has no content
   * @param place where the event is, for messages; empty if there is no envelope
   */
  record Opened(JsonNode event, String place) {
    /** The same failure with the place in its message. */
    RestorationException explain(RestorationException failure) {
      return place.isEmpty() ? failure : in(place, failure);
    }
  }

  /**
   * Opens a value's envelopes, if there are any.
   *
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT} if one is invalid
   */
  Opened open(JsonNode value) {
    JsonNode tree = value;
    String place = "";
    for (int opened = 0; ; opened++) {
      Optional<Envelope> envelope = Envelope.of(tree);
      if (envelope.isEmpty()) {
        return new Opened(tree, place);
      }
      if (opened == MAX_DEPTH) {
        throw invalid("The event is in more than %d envelopes".formatted(MAX_DEPTH));
      }
      Optional<JsonNode> content = content(envelope.get(), tree, place);
      place = envelope.get().place();
      if (content.isEmpty()) {
        return new Opened(null, place);
      }
      tree = content.get();
    }
  }

  private Optional<JsonNode> content(Envelope envelope, JsonNode tree, String place) {
    Optional<String> violation = schemas.get(envelope).violation(tree);
    if (violation.isPresent()) {
      RestorationException failure = invalid(violation.get());
      throw place.isEmpty() ? failure : in(place, failure);
    }
    try {
      return envelope.content(tree, json);
    } catch (RestorationException e) {
      throw in(envelope.place(), e);
    }
  }

  private static RestorationException in(String place, RestorationException failure) {
    return new RestorationException(
        failure.code(), failure.stage(), "In " + place + ": " + failure.getMessage(), failure);
  }

  private static RestorationException invalid(String message) {
    return new RestorationException(ErrorCode.INVALID_EVENT, Stage.EVENT, message, null);
  }
}
