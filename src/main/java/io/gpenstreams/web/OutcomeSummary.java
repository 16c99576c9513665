package io.gpenstreams.web;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Hallucination;
import io.gpenstreams.event.RestoredImage.Level;
import java.time.Instant;
import java.util.Optional;

/**
 * A line of the page's list.
 *
 * @param outcome {@code restored}, {@code unchanged} or {@code failed}
 * @param imageId null if the record names none
 * @param faces how many were found
 * @param restoredFaces how many of them were restored
 * @param score of the photo's worst face; null if nothing was restored
 * @param level of the photo's worst face; null if nothing was restored
 * @param code null unless it failed
 */
record OutcomeSummary(
    String id,
    String outcome,
    String imageId,
    Instant time,
    int faces,
    long restoredFaces,
    Double score,
    Level level,
    ErrorCode code) {

  static OutcomeSummary of(RecentOutcome outcome) {
    RestoredImage image = outcome.restored();
    if (image == null) {
      return new OutcomeSummary(
          outcome.id(),
          "failed",
          outcome.failed().imageId(),
          outcome.time(),
          0,
          0,
          null,
          null,
          outcome.failed().error().code());
    }
    Optional<Hallucination> worst = Optional.ofNullable(image.hallucination());
    return new OutcomeSummary(
        outcome.id(),
        image.outcome().wireName(),
        image.imageId(),
        outcome.time(),
        image.facesFound(),
        image.faces().stream().filter(f -> f.outcome() == FaceOutcome.RESTORED).count(),
        worst.map(Hallucination::score).orElse(null),
        worst.map(Hallucination::level).orElse(null),
        null);
  }
}
