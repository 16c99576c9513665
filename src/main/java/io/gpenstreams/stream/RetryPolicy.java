package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.stream.ImageState.Running;
import io.gpenstreams.stream.ImageState.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How often a photo is tried, and how long the waits are: exponential back-off with full jitter.
 *
 * <p>An outage of S3 is not the photo's fault. Failures because of it are not counted; only the
 * time since the first one matters.
 *
 * @param attempts how many attempts may fail for another reason than an outage of S3, at least 1
 * @param initial longest wait before the second attempt
 * @param max longest wait before any attempt
 * @param outage how long after the first failure of an outage a photo is given up
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

  /** The state after a failed attempt; empty if the image is given up. */
  Optional<Waiting> after(
      Running attempt, RestorationException failure, Instant now, RandomGenerator random) {
    if (!failure.code().retryable()) {
      return Optional.empty();
    }
    AttemptHistory history = attempt.history();
    if (failure.outage()) {
      Instant since = history.stalledSince();
      return since != null && since.plus(outage).isBefore(now)
          ? Optional.empty()
          : Optional.of(attempt.stalled(now, backoff(history.stalls() + 1, random)));
    }
    return history.failures() + 1 >= attempts
        ? Optional.empty()
        : Optional.of(attempt.failed(now, backoff(history.failures() + 1, random)));
  }
}
