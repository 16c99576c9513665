package io.gpenstreams.stream;

import io.gpenstreams.config.Version;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.restore.ModelLoad;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** Metrics of the model: which one, on which device, how busy. Safe for any number of threads. */
final class ModelMetrics {
  private static final double NANOS = 1e-9;

  private ModelMetrics() {}

  /**
   * Registers every meter.
   *
   * @param load called whenever metrics are read
   */
  static void register(
      MeterRegistry registry, ModelInfo model, String device, Supplier<ModelLoad> load) {
    info("gpen.build.info", "This build")
        .tags("version", Version.current(), "java", Runtime.version().toString())
        .register(registry);
    info("gpen.model.info", "The model that restores faces")
        .tags(
            "model", model.name(),
            "sha256", model.sha256(),
            "size", Integer.toString(model.size()),
            "precision", model.precision(),
            "generative", Boolean.toString(model.generative()),
            "device", device)
        .register(registry);
    // A counter and not a ratio: the reader of the metrics chooses the time window.
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

  // Always 1: the information is in the tags.
  private static Gauge.Builder<?> info(String name, String description) {
    return Gauge.builder(name, () -> 1).description(description).strongReference(true);
  }
}
