package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how long apart a photo is tried: exponential back-off with full jitter.
 *
 * @param attempts most tries, at least 1
 * @param initial longest wait before the second try
 * @param max longest wait before any
 */
public record RetryPolicy(int attempts, Duration initial, Duration max) {

  /** The operator's policy. */
  public static RetryPolicy of(GpenConfig.Retry retry) {
    return new RetryPolicy(retry.attempts(), retry.initialBackoff(), retry.maxBackoff());
  }

  /**
   * The wait after a failed attempt.
   *
   * @param attempt which one failed, from 1
   */
  public Duration backoff(int attempt, RandomGenerator random) {
    double longest =
        Math.min(initial.toMillis() * Math.pow(2, attempt - 1.0), (double) max.toMillis());
    return Duration.ofMillis((long) (random.nextDouble() * longest));
  }
}
