package io.gpenstreams.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Base64;

/** Makes dead letters, which say what they can of whatever came in. */
public final class DeadLetters {
  /** Values up to this many bytes are repeated in the letter, so that it fits into a record. */
  static final int MAX_REPEATED_BYTES = 512 << 10;

  private static final int MAX_MESSAGE = 1000;

  private final StrictJson json = new StrictJson();
  private final EventJson events = new EventJson();
  private final EventSchema own = new EventSchema("image-uploaded");

  /**
   * The letter for one image, or for a record that could not be understood.
   *
   * @param value the original record's value, or null
   * @param image the image that failed; null if the record is invalid, whose id and source are then
   *     stated if it has valid ones
   * @param attempts how often it was tried, at least 1
   */
  public RestorationFailed letter(
      byte[] value,
      ImageUploaded image,
      RestorationException failure,
      int attempts,
      Instant failedAt) {
    JsonNode tree = tree(value);
    boolean repeated = value != null && value.length <= MAX_REPEATED_BYTES;
    return new RestorationFailed(
        image == null ? imageId(tree) : image.imageId(),
        image == null ? source(tree) : image.source(),
        new RestorationFailed.Cause(
            failure.code(), failure.stage(), message(failure), failure.code().retryable()),
        attempts,
        failedAt,
        repeated ? tree : null,
        repeated && tree == null ? Base64.getEncoder().encodeToString(value) : null);
  }

  private JsonNode tree(byte[] value) {
    try {
      return json.read(value);
    } catch (RestorationException e) {
      return null;
    }
  }

  private String imageId(JsonNode tree) {
    JsonNode id = tree == null ? null : tree.get("imageId");
    return id != null && own.violation("imageId", id).isEmpty() ? id.textValue() : null;
  }

  private ImageUploaded.Source source(JsonNode tree) {
    JsonNode source = tree == null ? null : tree.get("source");
    if (source == null || own.violation("source", source).isPresent()) {
      return null;
    }
    try {
      return events.convert(source, ImageUploaded.Source.class);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static String message(RestorationException failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.code().name();
    }
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
  }
}
