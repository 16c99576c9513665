package io.gpenstreams.stream.soak;

import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import java.time.Instant;

/**
 * An outcome as a {@code read_committed} consumer saw it: one of {@code restored} and {@code
 * failed}.
 *
 * @param partition topic and partition
 * @param id of the CloudEvent, which holds the image's position in the input
 * @param seen when the consumer saw it
 */
record SeenOutcome(
    String partition,
    long offset,
    String id,
    RestoredImage restored,
    RestorationFailed failed,
    Instant seen) {

  String imageId() {
    return restored == null ? failed.imageId() : restored.imageId();
  }

  /** {@code restored}, {@code unchanged}, or the code of a dead letter. */
  String result() {
    return restored == null ? failed.error().code().name() : restored.outcome().wireName();
  }

  /** When it was made. */
  Instant made() {
    return restored == null ? failed.failedAt() : restored.restoredAt();
  }
}
