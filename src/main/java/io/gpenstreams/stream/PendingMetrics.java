package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.Stage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/** What is known of photos on their way. Safe for any number of threads. */
public final class PendingMetrics {
  private static final String WAITING = "waiting";

  private final Map<ErrorCode, Counter> retries = new EnumMap<>(ErrorCode.class);

  /**
   * Registers every meter.
   *
   * @param storageAway whether photos wait for S3
   */
  public PendingMetrics(MeterRegistry registry, Workshop workshop, BooleanSupplier storageAway) {
    gauge(
        registry,
        workshop,
        "gpen.pending",
        "Photos taken in without an outcome",
        Workshop::pending);
    for (Stage stage : Stage.values()) {
      if (stage != Stage.EVENT) {
        inFlight(registry, workshop, stage.wireName(), Optional.of(stage));
      }
    }
    inFlight(registry, workshop, WAITING, Optional.empty());
    gauge(
        registry,
        workshop,
        "gpen.suspects",
        "Photos that a process may have died of",
        Workshop::suspects);
    Gauge.builder("gpen.storage.away", storageAway, away -> away.getAsBoolean() ? 1 : 0)
        .description("1 while photos wait for S3")
        // Nothing else may hold the supplier.
        .strongReference(true)
        .register(registry);
    Gauge.builder("gpen.pending.age", workshop, w -> w.oldest().toMillis() / 1000.0)
        .description("Age of the oldest photo without an outcome")
        .baseUnit("seconds")
        .register(registry);
    for (ErrorCode code : ErrorCode.values()) {
      if (code.retryable()) {
        retries.put(
            code,
            Counter.builder("gpen.retries")
                .description("Attempts that failed and are repeated")
                .tag("code", code.name())
                .register(registry));
      }
    }
  }

  void retried(ErrorCode code) {
    retries.get(code).increment();
  }

  private static void inFlight(
      MeterRegistry registry, Workshop workshop, String name, Optional<Stage> stage) {
    Gauge.builder("gpen.in.flight", workshop, w -> w.inFlight(stage))
        .description("Photos being worked on, by what they are at")
        .tag("stage", name)
        .register(registry);
  }

  private static void gauge(
      MeterRegistry registry,
      Workshop workshop,
      String name,
      String description,
      ToDoubleFunction<Workshop> value) {
    Gauge.builder(name, workshop, value).description(description).register(registry);
  }
}
