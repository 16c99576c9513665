package io.gpenstreams.web;

import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import java.time.Instant;
import java.util.Objects;

/**
 * The outcome of one photo: either a result or a dead letter.
 *
 * @param id the record's topic, partition and offset: the same on every replica and after a restart
 * @param time when it was made, but never later than when it was read
 * @param restored null for a dead letter
 * @param failed null for a result
 * @param bytes size of the record's value
 */
record RecentOutcome(
    String id, Instant time, RestoredImage restored, RestorationFailed failed, int bytes) {

  /**
   * A result.
   *
   * @throws NullPointerException if the event lacks what its schema requires
   */
  static RecentOutcome of(String id, Instant read, RestoredImage image, int bytes) {
    Objects.requireNonNull(image.imageId(), "imageId");
    Objects.requireNonNull(image.outcome(), "outcome");
    Objects.requireNonNull(image.source(), "source");
    Objects.requireNonNull(image.model(), "model");
    if (image.outcome() == RestoredImage.Outcome.RESTORED) {
      Objects.requireNonNull(image.restored(), "restored");
      Objects.requireNonNull(image.hallucination(), "hallucination");
    }
    for (RestoredImage.Face face : image.faces()) {
      Objects.requireNonNull(face.box(), "box");
      if (face.outcome() == RestoredImage.FaceOutcome.RESTORED) {
        Objects.requireNonNull(face.restoration(), "restoration");
        Objects.requireNonNull(face.hallucination(), "hallucination");
      }
    }
    return new RecentOutcome(id, notAfter(read, image.restoredAt()), image, null, bytes);
  }

  /**
   * A dead letter, without the event that it repeats, which may be large and is not shown.
   *
   * @throws NullPointerException if the event lacks what its schema requires
   */
  static RecentOutcome of(String id, Instant read, RestorationFailed letter, int bytes) {
    Objects.requireNonNull(letter.error(), "error");
    Objects.requireNonNull(letter.error().code(), "code");
    RestorationFailed slim =
        new RestorationFailed(
            letter.imageId(),
            letter.source(),
            letter.error(),
            letter.attempts(),
            letter.failedAt(),
            null,
            null,
            null);
    return new RecentOutcome(id, notAfter(read, letter.failedAt()), null, slim, bytes);
  }

  // An event with a future time would always stay at the top.
  private static Instant notAfter(Instant read, Instant stated) {
    return stated.isAfter(read) ? read : stated;
  }
}
