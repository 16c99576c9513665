package io.gpenstreams.web;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once Kafka Streams has its partitions, so that an update waits for a pod to work again. */
@Readiness
@ApplicationScoped
class StreamReadiness implements HealthCheck {
  private final KafkaStreams streams;

  StreamReadiness(KafkaStreams streams) {
    this.streams = streams;
  }

  @Override
  public HealthCheckResponse call() {
    KafkaStreams.State state = streams.state();
    return HealthCheckResponse.named("Stream")
        .withData("state", state.name())
        .status(state == KafkaStreams.State.RUNNING)
        .build();
  }
}
