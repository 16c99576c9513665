package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.outage.Backoff;
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
 * @param backoff the waits between attempts
 * @param outage how long after the first failure of an outage a photo is given up
 */
public record RetryPolicy(int attempts, Backoff backoff, Duration outage) {

  /** The operator's policy. */
  public static RetryPolicy of(GpenConfig.Retry retry) {
    return new RetryPolicy(
        retry.attempts(), new Backoff(retry.initialBackoff(), retry.maxBackoff()), retry.outage());
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
          : Optional.of(attempt.stalled(now, wait(history.stalls() + 1, random)));
    }
    return history.failures() + 1 >= attempts
        ? Optional.empty()
        : Optional.of(attempt.failed(now, wait(history.failures() + 1, random)));
  }

  private Duration wait(int failure, RandomGenerator random) {
    return backoff.withFullJitter(failure, random);
  }
}
