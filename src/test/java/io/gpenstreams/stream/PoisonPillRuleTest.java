package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrashRuleTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:20:00Z");
  private static final PoisonPillRule TWO = new PoisonPillRule(2);
  private static final Mark SHARED = new Mark("1", false);
  private static final Mark ALONE = new Mark("2", true);

  @Test
  void whoeverWasThereOnceIsInnocent() {
    CrashLog log = CrashLog.EMPTY.with(Set.of("1", "2"), NOW);
    assertThat(TWO.guilty(List.of(SHARED), log)).isFalse();
    assertThat(TWO.guilty(List.of(ALONE), log)).isFalse();
    assertThat(new PoisonPillRule(1).guilty(List.of(SHARED), log)).isFalse();
  }

  @Test
  void whoeverWasThereTwiceAndAloneIsGuilty() {
    CrashLog log = CrashLog.EMPTY.with(Set.of("1", "2"), NOW);
    assertThat(TWO.guilty(List.of(SHARED, ALONE), log)).isTrue();
    assertThat(TWO.guilty(List.of(SHARED, new Mark("2", false)), log)).isFalse();
    assertThat(new PoisonPillRule(3).guilty(List.of(SHARED, ALONE), log)).isFalse();
  }

  @Test
  void whereOthersDieTooItTakesMore() {
    CrashLog log = CrashLog.EMPTY.with(Set.of("1", "2", "3"), NOW);
    assertThat(TWO.guilty(List.of(SHARED, ALONE), log)).isFalse();
    assertThat(TWO.guilty(List.of(SHARED, ALONE, new Mark("4", true)), log)).isTrue();
    assertThat(TWO.guilty(List.of(SHARED, ALONE), log.without(Set.of("3")))).isTrue();
  }

  @Test
  void butNotForEver() {
    CrashLog log =
        CrashLog.EMPTY.with(Set.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"), NOW);
    List<Mark> five =
        List.of("2", "3", "4", "5", "6").stream().map(name -> new Mark(name, true)).toList();
    assertThat(TWO.guilty(five.subList(0, 4), log)).isFalse();
    assertThat(TWO.guilty(five, log)).isTrue();
  }

  @Test
  void whatWasLongAgoIsForgotten() {
    CrashLog log = CrashLog.EMPTY.with(Set.of("1"), NOW);
    assertThat(log.with(Set.of("2"), NOW.plus(Duration.ofMinutes(59))).deaths()).hasSize(2);
    assertThat(log.with(Set.of("2"), NOW.plus(Duration.ofMinutes(61))).deaths())
        .containsOnlyKeys("2");
  }
}
