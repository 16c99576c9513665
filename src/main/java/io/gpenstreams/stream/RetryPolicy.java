package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How often and how long apart a photo is tried: exponential back-off with full jitter.
 *
 * <p>A failure of S3 says nothing about the photo and hits all of them at once, so it is no matter
 * of how often but of how long: such photos wait until S3 is back.
 *
 * @param attempts most attempts that fail for another reason than S3, at least 1
 * @param initial longest wait before the second try
 * @param max longest wait before any
 * @param outage how long S3 may be away before a photo is given up
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
  Optional<Progress> after(Progress progress, ErrorCode code, Instant now, RandomGenerator random) {
    if (!code.retryable()) {
      return Optional.empty();
    }
    if (code == ErrorCode.STORAGE_UNAVAILABLE) {
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
