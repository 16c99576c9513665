package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.config.Version;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.restore.ModelLoad;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void theTagsSayWhatRuns() {
    ModelMetrics.register(
        registry,
        new ModelInfo(
            "gpen-bfr-2048", "ab", 2048, "fp16", Optional.empty(), ModelInfo.Layout.UINT8, true),
        "cuda:0",
        () -> new ModelLoad(Duration.ofSeconds(3), 2, 4));

    assertThat(
            registry
                .get("gpen.model.info")
                .tags("model", "gpen-bfr-2048", "sha256", "ab", "size", "2048")
                .tags("precision", "fp16", "generative", "true", "device", "cuda:0")
                .gauge()
                .value())
        .isEqualTo(1);
    assertThat(registry.get("gpen.build.info").tag("version", Version.current()).gauge().value())
        .isEqualTo(1);
    assertThat(registry.get("gpen.model.busy").functionCounter().count()).isEqualTo(3);
  }
}
