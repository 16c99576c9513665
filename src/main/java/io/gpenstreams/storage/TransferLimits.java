package io.gpenstreams.storage;

import java.time.Duration;

/**
 * When a request to S3 is ended from this side.
 *
 * @param request longest time for one object, all tries included
 * @param answer longest wait for the head of an answer to a reading, all tries included
 * @param pace how often the speed of a transfer is looked at
 * @param slowest least bytes a second over one such time
 */
record TransferLimits(Duration request, Duration answer, Duration pace, int slowest) {
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration PACE = Duration.ofSeconds(10);
  // Far below any network that a service would be put on; a trickle keeps a worker for one PACE.
  private static final int SLOWEST = 16 << 10;

  /** Those of a service whose operator allows a request so much time. */
  static TransferLimits of(Duration request) {
    return new TransferLimits(request, min(ANSWER, request), min(PACE, request), SLOWEST);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
