package io.gpenstreams.stream;

import io.gpenstreams.restore.ModelLoad;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** How busy the model is. Safe for any number of threads. */
final class ModelMetrics {
  private static final double NANOS = 1e-9;

  private ModelMetrics() {}

  /**
   * Registers every meter.
   *
   * @param load asked whenever somebody looks; kept by the meters
   */
  static void register(MeterRegistry registry, Supplier<ModelLoad> load) {
    // A counter and not a ratio: over which time the ratio is taken is for whoever looks to say.
    FunctionCounter.builder("gpen.model.busy", load, l -> l.get().busy().toNanos() * NANOS)
        .description("Time in which the model was running")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("gpen.model.waiting", load, l -> l.get().waiting())
        .description("Faces that wait for the model")
        .strongReference(true)
        .register(registry);
    Gauge.builder("gpen.model.batch", load, l -> l.get().batch())
        .description("Most faces in one run of the model")
        .strongReference(true)
        .register(registry);
  }
}
