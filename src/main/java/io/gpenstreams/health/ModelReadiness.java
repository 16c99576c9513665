package io.gpenstreams.health;

import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.restore.PhotoRestorer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the model has restored a first face. */
@Readiness
@ApplicationScoped
class ModelReadiness implements HealthCheck {
  private final PhotoRestorer restorer;

  ModelReadiness(PhotoRestorer restorer) {
    this.restorer = restorer;
  }

  @Override
  public HealthCheckResponse call() {
    ModelInfo model = restorer.model();
    Optional<Duration> firstFace = restorer.firstFace();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("Restoration model")
            .withData("model", model.name())
            .withData("precision", model.precision())
            .withData("device", restorer.device())
            .status(firstFace.isPresent());
    firstFace.ifPresent(time -> response.withData("firstFaceMs", time.toMillis()));
    return response.build();
  }
}
