package io.gpenstreams.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A dead letter, {@code image-restoration-failed}.
 *
 * @param imageId null if the event does not name it
 * @param source null if the event does not name it
 * @param attempts how many attempts there were, at least 1
 * @param event the original value if it was JSON, else null; of a notification that names several
 *     objects, the part about this one; also null if the value was too large
 * @param eventBase64 the original value in base64 if it was not JSON, else null; also null if it
 *     was too large
 * @param eventReference the original record, if this letter does not repeat its whole value; else
 *     null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestorationFailed(
    String imageId,
    ImageUploaded.Source source,
    Cause error,
    int attempts,
    Instant failedAt,
    JsonNode event,
    String eventBase64,
    Reference eventReference) {

  /** What went wrong, and whether the same photo may succeed later. */
  public record Cause(ErrorCode code, Stage stage, String message, boolean retryable) {}

  /**
   * A record that is too large to be repeated.
   *
   * @param sizeBytes length of its value; null if it has none or it could not be read
   * @param sha256 of its value, lower-case hexadecimal; null likewise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Reference(
      String topic, int partition, long offset, Long sizeBytes, String sha256) {}
}
