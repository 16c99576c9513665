package io.gpenstreams.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Makes dead letters, with as much of the input record as can be read. At most one letter of a
 * record repeats the record's value, so that all its letters are together not much larger than the
 * record.
 *
 * <p>Safe for any number of threads: {@code latest} is only a cache, and is replaced as a whole.
 */
public final class DeadLetters {
  private static final int MAX_MESSAGE = 1000;

  private final EventJson events = new EventJson();
  private final UploadEvents uploads;
  // A notification of a thousand objects in a forbidden bucket makes a thousand letters in a row.
  private volatile Original latest = new Original(null, null, null);

  /** Reads records as {@code uploads} does. */
  public DeadLetters(UploadEvents uploads) {
    this.uploads = uploads;
  }

  /** A record's value, parsed as far as possible. Immutable. */
  private static final class Original {
    private final byte[] value;
    private final JsonNode tree;
    private final JsonNode event;
    private final List<JsonNode> parts;
    private final String sha256;

    /** A value; its JSON or null; the event in its envelopes or null. */
    Original(byte[] value, JsonNode tree, JsonNode event) {
      this.value = value;
      this.tree = tree;
      this.event = event;
      this.parts =
          event != null && S3Notification.is(event) ? S3Notification.split(event) : List.of();
      this.sha256 = value == null ? null : DigestUtils.sha256Hex(value);
    }

    /** Null if the value is not JSON, or too large. */
    JsonNode tree() {
      return tree;
    }

    /** The event in its envelopes, or the value itself; null if there is none. */
    JsonNode event() {
      return event;
    }

    /** A notification's events, one for each image. */
    List<JsonNode> parts() {
      return parts;
    }

    RestorationFailed.Reference reference(Origin origin) {
      return DeadLetters.reference(origin, (long) value.length, sha256);
    }
  }

  /**
   * The letter for one image, or for an invalid record.
   *
   * @param origin where the image came from; index 0 if the record is invalid
   * @param value the original record's value, or null
   * @param image the image that failed; null if the record is invalid. The letter then has the
   *     record's image id and source if these are valid
   * @param attempts how many attempts there were, at least 1
   */
  public RestorationFailed letter(
      Origin origin,
      byte[] value,
      ImageUploaded image,
      RestorationException failure,
      int attempts,
      Instant failedAt) {
    Original original = original(value);
    String imageId = image == null ? imageId(original.event()) : image.imageId();
    ImageUploaded.Source source = image == null ? source(original.event()) : image.source();
    JsonNode event = null;
    String base64 = null;
    RestorationFailed.Reference reference = null;
    if (image != null && original.parts().size() > 1) {
      event = original.parts().get(origin.index());
      reference = original.reference(origin);
    } else if (value != null
        && (value.length > RecordLimits.MAX_VALUE_BYTES || origin.index() > 0)) {
      reference = original.reference(origin);
    } else if (original.tree() != null) {
      event = original.tree();
    } else if (value != null) {
      base64 = Base64.getEncoder().encodeToString(value);
    }
    return new RestorationFailed(
        imageId, source, cause(failure), attempts, failedAt, event, base64, reference);
  }

  /** The letter for a record that was refused before it was parsed. */
  public RestorationFailed letter(
      Origin origin, RefusedRecord refused, RestorationException failure, Instant failedAt) {
    Long size = refused.valueBytes() < 0 ? null : refused.valueBytes();
    return new RestorationFailed(
        null,
        null,
        cause(failure),
        1,
        failedAt,
        null,
        null,
        reference(origin, size, refused.valueSha256()));
  }

  private static RestorationFailed.Reference reference(Origin origin, Long size, String sha256) {
    return new RestorationFailed.Reference(
        origin.topic(), origin.partition(), origin.offset(), size, sha256);
  }

  private static RestorationFailed.Cause cause(RestorationException failure) {
    return new RestorationFailed.Cause(
        failure.code(), failure.stage(), message(failure), failure.code().retryable());
  }

  private Original original(byte[] value) {
    Original known = latest;
    if (value != known.value) {
      JsonNode tree = tree(value);
      known = new Original(value, tree, event(tree));
      latest = known;
    }
    return known;
  }

  private JsonNode tree(byte[] value) {
    try {
      return uploads.read(value);
    } catch (RestorationException e) {
      return null;
    }
  }

  private JsonNode event(JsonNode tree) {
    try {
      return tree == null ? null : uploads.unwrap(tree);
    } catch (RestorationException e) {
      return tree;
    }
  }

  private String imageId(JsonNode tree) {
    JsonNode id = tree == null ? null : tree.get("imageId");
    return id != null && uploads.isValid("imageId", id) ? id.textValue() : null;
  }

  private ImageUploaded.Source source(JsonNode tree) {
    JsonNode source = tree == null ? null : tree.get("source");
    if (source == null || !uploads.isValid("source", source)) {
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
