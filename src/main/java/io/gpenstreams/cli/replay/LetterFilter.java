package io.gpenstreams.cli.replay;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationFailed;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant; each part narrows them.
 *
 * @param codes none for all
 * @param since the first moment
 * @param until the moment after the last
 * @param imageIds none for all
 */
public record LetterFilter(
    Set<ErrorCode> codes, Optional<Instant> since, Optional<Instant> until, Set<String> imageIds) {
  /** Copies the sets. */
  public LetterFilter {
    codes = Set.copyOf(codes);
    imageIds = Set.copyOf(imageIds);
  }

  /** Whether it means every letter. */
  public boolean isAll() {
    return codes.isEmpty() && since.isEmpty() && until.isEmpty() && imageIds.isEmpty();
  }

  boolean matches(RestorationFailed letter) {
    return (codes.isEmpty() || codes.contains(letter.error().code()))
        && since.filter(letter.failedAt()::isBefore).isEmpty()
        && (until.isEmpty() || letter.failedAt().isBefore(until.get()))
        && (imageIds.isEmpty()
            || (letter.imageId() != null && imageIds.contains(letter.imageId())));
  }
}
