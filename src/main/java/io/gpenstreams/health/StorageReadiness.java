package io.gpenstreams.health;

import io.gpenstreams.storage.StorageHealth;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while photos can be read and results written. Answers from the last requests of photos and
 * the last probes of buckets that are away.
 */
@Readiness
@ApplicationScoped
class StorageReadiness implements HealthCheck {
  private final StorageHealth storage;

  StorageReadiness(StorageHealth storage) {
    this.storage = storage;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<String> reason =
        storage.checked() ? storage.reason() : Optional.of("not asked for anything yet");
    HealthCheckResponseBuilder response = HealthCheckResponse.named("S3").status(reason.isEmpty());
    reason.ifPresent(why -> response.withData("reason", why));
    return response.build();
  }
}
