package io.gpenstreams.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Property
  void waitsNeitherLongerThanDoublingNorThanTheMaximum(
      @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int failure,
      @ForAll @LongRange(min = 0, max = 100_000) long initial,
      @ForAll @LongRange(min = 0, max = 1_000_000) long max,
      @ForAll long seed) {
    Backoff backoff = new Backoff(Duration.ofMillis(initial), Duration.ofMillis(max));
    long full = backoff.withFullJitter(failure, new Random(seed)).toMillis();
    long equal = backoff.withEqualJitter(failure, new Random(seed)).toMillis();
    long exact = backoff.exactly(failure).toMillis();

    assertThat(exact).isBetween(0L, max);
    assertThat(full).isBetween(0L, exact);
    assertThat(equal).isBetween(exact / 2, exact);
    if (failure < 20) {
      assertThat(exact).isEqualTo(Math.min(max, initial << (failure - 1)));
    }
  }

  @Test
  void doublesUpToTheMaximum() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));

    assertThat(List.of(1, 2, 3, 4, 5, 1000))
        .extracting(failure -> backoff.exactly(failure).toSeconds())
        .containsExactly(1L, 2L, 4L, 8L, 8L, 8L);
  }
}
