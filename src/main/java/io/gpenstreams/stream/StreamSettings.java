package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import java.time.Duration;

/**
 * How tasks handle pending images.
 *
 * @param retry when a failed attempt is repeated
 * @param poisonPills which images are given up because processes died of them
 * @param maxPending how many images a task may have before its partition is no longer fetched
 * @param tick how often a task with images looks for results
 * @param overrun how long one step of an attempt may take before it counts as hung
 * @param overfullWait longest wait for a result, once per transaction, where records arrive beyond
 *     {@code maxPending} because the consumer cannot be paused
 */
public record StreamSettings(
    RetryPolicy retry,
    PoisonPillRule poisonPills,
    int maxPending,
    Duration tick,
    Duration overrun,
    Duration overfullWait) {
  // The photo's own clock enforces the limit itself, between its stages.
  private static final int OVERRUN = 2;
  // Slows growth to a batch of records per wait; far below every time limit of Kafka.
  private static final Duration OVERFULL_WAIT = Duration.ofMillis(500);

  /** The operator's settings. */
  public static StreamSettings of(GpenConfig config) {
    return new StreamSettings(
        RetryPolicy.of(config.retry()),
        new PoisonPillRule(config.retry().crashes()),
        config.stream().maxPending(),
        config.stream().tick(),
        Duration.ofSeconds(config.limits().seconds()).multipliedBy(OVERRUN),
        OVERFULL_WAIT);
  }
}
