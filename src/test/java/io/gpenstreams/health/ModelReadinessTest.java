package io.gpenstreams.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.restore.PhotoRestorer;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class ModelReadinessTest {
  @Test
  void isReadyOnceTheModelHasAnsweredAFace() {
    try (PhotoRestorer restorer =
        PhotoRestorer.open(ConfigLoader.load(Map.of("gpen.device", "cpu")), Path::of)) {
      ModelReadiness readiness = new ModelReadiness(restorer);
      assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);

      restorer.warmUp();

      HealthCheckResponse response = readiness.call();
      assertThat(response.getStatus()).isEqualTo(Status.UP);
      assertThat(response.getData().orElseThrow())
          .containsEntry("model", restorer.model().name())
          .containsEntry("device", "cpu")
          .containsKey("firstFaceMs");
    }
  }
}
