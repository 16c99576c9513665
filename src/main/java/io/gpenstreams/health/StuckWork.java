package io.gpenstreams.health;

import io.gpenstreams.stream.StreamSettings;
import io.gpenstreams.stream.Workshop;
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
  private final Workshop workshop;
  private final StreamSettings settings;

  StuckWork(Workshop workshop, StreamSettings settings) {
    this.workshop = workshop;
    this.settings = settings;
  }

  @Override
  public HealthCheckResponse call() {
    Duration longest = workshop.longestStep();
    return HealthCheckResponse.named("Photos at work")
        .withData("longestSeconds", longest.toSeconds())
        .withData("broken", workshop.broken())
        .status(!workshop.broken() && longest.compareTo(settings.overrun()) < 0)
        .build();
  }
}
