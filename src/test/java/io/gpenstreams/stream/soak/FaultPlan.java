package io.gpenstreams.stream.soak;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** Which faults the network to S3 has at the moment, for all replicas. Guarded by itself. */
final class FaultPlan {
  private final Random random;
  private FaultRates rates = FaultRates.NONE;
  private Instant downUntil = Instant.MIN;

  /** The fault of one request. */
  enum RequestFault {
    /** None: it passes. */
    NONE,
    /** S3 answers with status 503, SlowDown. */
    SLOWED_DOWN,
    /** The connection ends in the middle of the request's body. */
    CUT_REQUEST,
    /** The connection ends in the middle of the answer. */
    CUT_ANSWER,
    /** S3 executes the request, but its answer is lost. */
    LOST_ANSWER
  }

  /**
   * How often which faults occur.
   *
   * @param slowDown share of those answered with 503
   * @param cut share of those whose connection ends too early
   * @param delay longest time that is added to one
   */
  record FaultRates(double slowDown, double cut, Duration delay) {
    static final FaultRates NONE = new FaultRates(0, 0, Duration.ZERO);
  }

  FaultPlan(long seed) {
    this.random = new Random(seed);
  }

  synchronized void rates(FaultRates now) {
    rates = now;
  }

  /** S3 is unavailable from now on, for so long. */
  synchronized void outage(Duration length) {
    downUntil = Instant.now().plus(length);
  }

  synchronized boolean down() {
    return Instant.now().isBefore(downUntil);
  }

  synchronized RequestFault next(boolean upload) {
    double lot = random.nextDouble();
    if (lot < rates.slowDown()) {
      return RequestFault.SLOWED_DOWN;
    }
    if (lot >= rates.slowDown() + rates.cut()) {
      return RequestFault.NONE;
    }
    if (!upload) {
      return RequestFault.CUT_ANSWER;
    }
    return random.nextBoolean() ? RequestFault.CUT_REQUEST : RequestFault.LOST_ANSWER;
  }

  synchronized Duration delay() {
    return Duration.ofMillis((long) (random.nextDouble() * rates.delay().toMillis()));
  }

  /** Where in a body of so many bytes a connection ends. */
  synchronized long cutAt(long length) {
    return (long) (random.nextDouble() * length);
  }
}
