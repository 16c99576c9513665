package io.gpenstreams.health;

import io.gpenstreams.stream.StreamSettings;
import io.gpenstreams.stream.WorkerPool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Not alive if one step of a photo has taken twice the photo's time limit, as on a device that
 * hangs, or if the installation cannot restore anything. Only a new process can help against
 * either.
 */
@Liveness
@ApplicationScoped
class StuckWork implements HealthCheck {
  private final WorkerPool pool;
  private final StreamSettings settings;

  StuckWork(WorkerPool pool, StreamSettings settings) {
    this.pool = pool;
    this.settings = settings;
  }

  @Override
  public HealthCheckResponse call() {
    Duration longest = pool.longestStep();
    return HealthCheckResponse.named("Photos at work")
        .withData("longestSeconds", longest.toSeconds())
        .withData("broken", pool.broken())
        .status(!pool.broken() && longest.compareTo(settings.overrun()) < 0)
        .build();
  }
}
