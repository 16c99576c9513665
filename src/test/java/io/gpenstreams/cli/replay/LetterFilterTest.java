package io.gpenstreams.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.Stage;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LetterFilterTest {
  private static final Instant TIME = Instant.parse("2026-11-23T03:20:00Z");

  @Test
  void takesAllWithoutAnyPart() {
    LetterFilter all = filter(Set.of(), null, null, Set.of());

    assertThat(all.isAll()).isTrue();
    assertThat(all.matches(letter("a"))).isTrue();
    assertThat(all.matches(letter(null))).isTrue();
  }

  @Test
  void asksForOneOfTheCodes() {
    assertThat(
            filter(Set.of(ErrorCode.TIMEOUT, ErrorCode.INTERNAL), null, null, Set.of())
                .matches(letter("a")))
        .isTrue();
    assertThat(filter(Set.of(ErrorCode.INTERNAL), null, null, Set.of()).matches(letter("a")))
        .isFalse();
  }

  @Test
  void takesItsFirstMomentAndNotItsLast() {
    assertThat(filter(Set.of(), TIME, null, Set.of()).matches(letter("a"))).isTrue();
    assertThat(filter(Set.of(), TIME.plusNanos(1), null, Set.of()).matches(letter("a"))).isFalse();
    assertThat(filter(Set.of(), null, TIME.plusNanos(1), Set.of()).matches(letter("a"))).isTrue();
    assertThat(filter(Set.of(), null, TIME, Set.of()).matches(letter("a"))).isFalse();
  }

  @Test
  void asksForOneOfTheImages() {
    LetterFilter images = filter(Set.of(), null, null, Set.of("a", "b"));

    assertThat(images.matches(letter("b"))).isTrue();
    assertThat(images.matches(letter("c"))).isFalse();
    assertThat(images.matches(letter(null))).isFalse();
  }

  @Test
  void isNarrowedByEachPart() {
    assertThat(filter(Set.of(ErrorCode.TIMEOUT), TIME, null, Set.of("b")).matches(letter("a")))
        .isFalse();
    assertThat(filter(Set.of(ErrorCode.TIMEOUT), TIME, null, Set.of("a")).matches(letter("a")))
        .isTrue();
  }

  private static LetterFilter filter(
      Set<ErrorCode> codes, Instant since, Instant until, Set<String> ids) {
    return new LetterFilter(codes, Optional.ofNullable(since), Optional.ofNullable(until), ids);
  }

  private static RestorationFailed letter(String imageId) {
    return new RestorationFailed(
        imageId,
        null,
        new RestorationFailed.Cause(ErrorCode.TIMEOUT, Stage.RESTORE, "slow", true),
        1,
        TIME,
        null,
        null,
        null);
  }
}
