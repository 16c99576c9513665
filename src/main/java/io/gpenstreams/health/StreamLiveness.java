package io.gpenstreams.health;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Not alive once the stream has ended because of a fault that a new stream thread did not fix.
 * While Kafka is unavailable the stream waits and is alive: a new process could do no more.
 */
@Liveness
@ApplicationScoped
class StreamLiveness implements HealthCheck {
  private final KafkaStreams streams;

  StreamLiveness(KafkaStreams streams) {
    this.streams = streams;
  }

  @Override
  public HealthCheckResponse call() {
    KafkaStreams.State state = streams.state();
    return HealthCheckResponse.named("Stream")
        .withData("state", state.name())
        .status(state != KafkaStreams.State.ERROR && state != KafkaStreams.State.PENDING_ERROR)
        .build();
  }
}
