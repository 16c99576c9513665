package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T03:20:00Z, 2026-11-23T03:20:00Z",
    "2026-11-23T04:20:00+01:00, 2026-11-23T03:20:00Z",
    "30s, 2026-11-23T11:59:30Z",
    "90m, 2026-11-23T10:30:00Z",
    "2h, 2026-11-23T10:00:00Z",
    "7d, 2026-11-16T12:00:00Z",
    "PT1H30M, 2026-11-23T10:30:00Z"
  })
  void isATimeOrAnAge(String text, Instant moment) {
    assertThat(Moment.parse(text, NOW)).isEqualTo(moment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2026-11-23", "2", "-2h", "2w", "1234567890s", "P"})
  void isNothingElse(String text) {
    assertThatThrownBy(() -> Moment.parse(text, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("such as 2h");
  }
}
