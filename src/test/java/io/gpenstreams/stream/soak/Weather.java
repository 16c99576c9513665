package io.gpenstreams.stream.soak;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** How the network to S3 is just now, for all replicas. Guarded by itself. */
final class Weather {
  private final Random random;
  private Faults faults = Faults.NONE;
  private Instant downUntil = Instant.MIN;

  /** What happens to a request. */
  enum Fate {
    /** Nothing. */
    PASSES,
    /** S3 says that it is asked too much. */
    SLOWED_DOWN,
    /** The connection ends amidst the request's body. */
    CUT_REQUEST,
    /** The connection ends amidst the answer. */
    CUT_ANSWER,
    /** S3 does what it is asked, but nobody hears of it. */
    LOST_ANSWER
  }

  /**
   * What may happen to requests.
   *
   * @param slowDown share of those answered with 503
   * @param cut share of those whose connection ends too early
   * @param delay longest time that is added to one
   */
  record Faults(double slowDown, double cut, Duration delay) {
    static final Faults NONE = new Faults(0, 0, Duration.ZERO);
  }

  Weather(long seed) {
    this.random = new Random(seed);
  }

  synchronized void turn(Faults now) {
    faults = now;
  }

  /** From now on, and for so long, nobody answers. */
  synchronized void outage(Duration length) {
    downUntil = Instant.now().plus(length);
  }

  synchronized boolean down() {
    return Instant.now().isBefore(downUntil);
  }

  synchronized Fate fate(boolean upload) {
    double lot = random.nextDouble();
    if (lot < faults.slowDown()) {
      return Fate.SLOWED_DOWN;
    }
    if (lot >= faults.slowDown() + faults.cut()) {
      return Fate.PASSES;
    }
    if (!upload) {
      return Fate.CUT_ANSWER;
    }
    return random.nextBoolean() ? Fate.CUT_REQUEST : Fate.LOST_ANSWER;
  }

  synchronized Duration delay() {
    return Duration.ofMillis((long) (random.nextDouble() * faults.delay().toMillis()));
  }

  /** Where in a body of so many bytes a connection ends. */
  synchronized long cutAt(long length) {
    return (long) (random.nextDouble() * length);
  }
}
