package io.gpenstreams.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while Kafka answers and Kafka Streams has its partitions. So a rolling update waits until a
 * pod works again. Answers from the last results, and never waits for Kafka.
 */
@Readiness
@ApplicationScoped
class KafkaReadiness implements HealthCheck {
  private final KafkaStreams streams;
  private final KafkaWatch kafka;

  KafkaReadiness(KafkaStreams streams, KafkaWatch kafka) {
    this.streams = streams;
    this.kafka = kafka;
  }

  @Override
  public HealthCheckResponse call() {
    KafkaStreams.State state = streams.state();
    Optional<String> reason =
        kafka
            .reason()
            .or(
                () ->
                    state == KafkaStreams.State.RUNNING
                        ? Optional.empty()
                        : Optional.of("waiting for partitions"));
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("Kafka").withData("state", state.name()).status(reason.isEmpty());
    reason.ifPresent(why -> response.withData("reason", why));
    return response.build();
  }
}
