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

/** Metrics of photos without an outcome. Safe for any number of threads. */
public final class PendingMetrics {
  private static final String WAITING = "waiting";

  private final Map<ErrorCode, Counter> retries = new EnumMap<>(ErrorCode.class);

  /**
   * Registers every meter.
   *
   * @param storageAway whether any bucket is unavailable, so that photos wait
   */
  public PendingMetrics(MeterRegistry registry, WorkerPool pool, BooleanSupplier storageAway) {
    gauge(
        registry, pool, "gpen.pending", "Photos taken in without an outcome", WorkerPool::pending);
    for (Stage stage : Stage.values()) {
      if (stage != Stage.EVENT) {
        inFlight(registry, pool, stage.wireName(), Optional.of(stage));
      }
    }
    inFlight(registry, pool, WAITING, Optional.empty());
    gauge(
        registry,
        pool,
        "gpen.suspects",
        "Photos that a process may have died of",
        WorkerPool::suspects);
    Gauge.builder("gpen.storage.away", storageAway, away -> away.getAsBoolean() ? 1 : 0)
        .description("1 while photos wait for S3")
        // Gauges hold their objects weakly, and nothing else may hold this supplier.
        .strongReference(true)
        .register(registry);
    Gauge.builder("gpen.pending.age", pool, w -> w.oldest().toMillis() / 1000.0)
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
      MeterRegistry registry, WorkerPool pool, String name, Optional<Stage> stage) {
    Gauge.builder("gpen.in.flight", pool, w -> w.inFlight(stage))
        .description("Photos being worked on, by what they are at")
        .tag("stage", name)
        .register(registry);
  }

  private static void gauge(
      MeterRegistry registry,
      WorkerPool pool,
      String name,
      String description,
      ToDoubleFunction<WorkerPool> value) {
    Gauge.builder(name, pool, value).description(description).register(registry);
  }
}
