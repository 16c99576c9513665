package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RetryPolicyTest {
  @Property
  void waitsNeitherLongerThanDoublingNorThanTheMaximum(
      @ForAll @IntRange(min = 1, max = 1000) int attempt,
      @ForAll @LongRange(min = 0, max = 100_000) long initial,
      @ForAll @LongRange(min = 0, max = 1_000_000) long max,
      @ForAll long seed) {
    RetryPolicy policy =
        new RetryPolicy(5, Duration.ofMillis(initial), Duration.ofMillis(max), Duration.ZERO);

    long wait = policy.backoff(attempt, new Random(seed)).toMillis();

    assertThat(wait).isBetween(0L, max);
    if (attempt < 20) {
      assertThat(wait).isLessThanOrEqualTo(initial << (attempt - 1));
    }
  }
}
