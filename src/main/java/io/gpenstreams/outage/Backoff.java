package io.gpenstreams.outage;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off: waits that double up to a maximum. Jitter spreads the attempts of many
 * clients. Immutable.
 *
 * @param initial wait after the first failure
 * @param max longest wait
 */
public record Backoff(Duration initial, Duration max) {
  // Doubled this often, a millisecond exceeds any maximum that makes sense.
  private static final int MAX_DOUBLINGS = 50;

  /**
   * The wait after a failure, without jitter.
   *
   * @param failure which one in a row, from 1
   */
  public Duration exactly(int failure) {
    return Duration.ofMillis((long) millis(failure));
  }

  /** As {@link #exactly}, times a random factor from 0 to 1 ("full jitter"). */
  public Duration withFullJitter(int failure, RandomGenerator random) {
    return Duration.ofMillis((long) (random.nextDouble() * millis(failure)));
  }

  /** As {@link #exactly}, times a random factor from 0.5 to 1 ("equal jitter"). */
  public Duration withEqualJitter(int failure, RandomGenerator random) {
    return Duration.ofMillis((long) (millis(failure) * (0.5 + random.nextDouble() / 2)));
  }

  private double millis(int failure) {
    double longest = initial.toMillis() * Math.pow(2, Math.min(failure - 1, MAX_DOUBLINGS));
    return Math.min(longest, (double) max.toMillis());
  }
}
