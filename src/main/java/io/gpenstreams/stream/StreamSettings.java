package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import java.time.Duration;

/**
 * How tasks handle pending images.
 *
 * @param crashes which images are given up because processes died of them
 * @param maxPending images per task from which no more are fetched
 * @param tick how often finished work is looked for while there is any
 * @param overrun how long one step of an attempt may take before it passes for stuck
 * @param slice longest wait for a result, once a transaction, where records come although there is
 *     no room for them
 */
public record StreamSettings(
    RetryPolicy retry,
    CrashRule crashes,
    int maxPending,
    Duration tick,
    Duration overrun,
    Duration slice) {
  // The limit itself is kept by the photo's own clock, between its stages.
  private static final int OVERRUN = 2;
  // Growth is slowed to a batch of records per slice, far below every time limit of Kafka.
  private static final Duration SLICE = Duration.ofMillis(500);

  /** The operator's settings. */
  public static StreamSettings of(GpenConfig config) {
    return new StreamSettings(
        RetryPolicy.of(config.retry()),
        new CrashRule(config.retry().crashes()),
        config.stream().maxPending(),
        config.stream().tick(),
        Duration.ofSeconds(config.limits().seconds()).multipliedBy(OVERRUN),
        SLICE);
  }
}
