package io.gpenstreams.health;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Not alive once the stream has ended for a fault that a new thread did not mend. A stream that has
 * not begun, because Kafka is away, waits: a new process could do no more.
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
