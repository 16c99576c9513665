package io.gpenstreams.stream;

import io.gpenstreams.restore.StageClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is told to go on. */
final class TestClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-23T03:20:00Z");

  void advance(Duration time) {
    now = now.plus(time);
  }

  /** A photo's clock that goes by this one. */
  StageClock photo() {
    return new StageClock(
        Duration.ofMinutes(1), () -> Duration.between(Instant.EPOCH, now).toNanos());
  }

  @Override
  public Instant instant() {
    return now;
  }
}
