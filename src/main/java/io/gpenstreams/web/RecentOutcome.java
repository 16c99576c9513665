package io.gpenstreams.web;

import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import java.time.Instant;
import java.util.Objects;

/**
 * What became of one photo: exactly one of a result and a dead letter.
 *
 * @param id the record's topic, partition and offset, which are the same on every replica and after
 *     every restart
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
   * A dead letter, without the event that it repeats: that may be large, and is nothing to look at.
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

  // An event from the future would stay on top, and never give way to another.
  private static Instant notAfter(Instant read, Instant stated) {
    return stated.isAfter(read) ? read : stated;
  }
}
