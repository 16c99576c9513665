package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Keeps a process from hammering an S3 that does not answer: after a few failures in a row it lets
 * one photo at a time through, and all again as soon as S3 has answered one.
 *
 * <p>One per process. Workers report, stream threads ask; all state is guarded by this object.
 */
final class StorageCircuit {
  // Fewer could be one damaged object.
  private static final int FAILURES_TO_OPEN = 3;

  private final RetryPolicy retry;
  private final RandomGenerator random;
  private final InstantSource clock;

  private int failures;
  private Instant nextProbe = Instant.MIN;

  /**
   * Starts closed.
   *
   * @param retry its back-off parts probes
   */
  StorageCircuit(RetryPolicy retry, RandomGenerator random, InstantSource clock) {
    this.retry = retry;
    this.random = random;
    this.clock = clock;
  }

  /** How many photos may be in hand at once, of as many as there is room for. */
  synchronized int places(int room) {
    if (!open()) {
      return room;
    }
    return clock.instant().isBefore(nextProbe) ? 0 : 1;
  }

  /** Whether S3 counts as away. */
  synchronized boolean open() {
    return failures >= FAILURES_TO_OPEN;
  }

  /**
   * Learns from how an attempt ended.
   *
   * @param failure null if it succeeded
   */
  synchronized void ended(Throwable failure) {
    if (failure == null) {
      failures = 0;
    } else if (failure instanceof RestorationException known) {
      if (known.code() == ErrorCode.STORAGE_UNAVAILABLE) {
        failures++;
        if (open()) {
          Duration wait = retry.backoff(failures - FAILURES_TO_OPEN + 1, random);
          nextProbe = clock.instant().plus(wait);
        }
      } else if (known.code() == ErrorCode.SOURCE_NOT_FOUND || known.stage() != Stage.FETCH) {
        // S3 said so, or has handed the photo out.
        failures = 0;
      }
    }
  }
}
