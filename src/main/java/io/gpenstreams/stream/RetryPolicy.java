package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.RestorationException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How often and how long apart a photo is tried: exponential back-off with full jitter.
 *
 * <p>An outage of S3 says nothing about the photo and hits all of them at once. So it does not
 * matter how often, but for how long, attempts fail because of it.
 *
 * @param attempts most attempts that fail for another reason than an outage of S3, at least 1
 * @param initial longest wait before the second try
 * @param max longest wait before any
 * @param outage from the first failure of an outage: attempts that fail later give the photo up
 */
public record RetryPolicy(int attempts, Duration initial, Duration max, Duration outage) {

  /** The operator's policy. */
  public static RetryPolicy of(GpenConfig.Retry retry) {
    return new RetryPolicy(
        retry.attempts(), retry.initialBackoff(), retry.maxBackoff(), retry.outage());
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

  /** What becomes of an image whose attempt failed; empty if it is given up. */
  Optional<Progress> after(
      Progress progress, RestorationException failure, Instant now, RandomGenerator random) {
    if (!failure.code().retryable()) {
      return Optional.empty();
    }
    if (failure.outage()) {
      Instant since = progress.stalledSince();
      return since != null && since.plus(outage).isBefore(now)
          ? Optional.empty()
          : Optional.of(progress.stalled(now, backoff(progress.stalls() + 1, random)));
    }
    return progress.failures() + 1 >= attempts
        ? Optional.empty()
        : Optional.of(progress.failed(now, backoff(progress.failures() + 1, random)));
  }
}
