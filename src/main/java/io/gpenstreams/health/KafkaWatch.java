package io.gpenstreams.health;

import io.gpenstreams.event.Topics;
import io.gpenstreams.outage.Outage;
import io.gpenstreams.stream.TopicCheck;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.StreamsConfig;
import org.jboss.logging.Logger;

/**
 * Asks Kafka for the service's topics every few seconds, so that readiness can say at once why
 * Kafka cannot be used: Kafka's clients retry for ever and report it only in their logs. As soon as
 * the topics are there, it has {@link TopicCheck} look at their settings, once.
 *
 * <p>Owns its thread and its admin client. {@link #reason} may be called on any thread.
 */
@ApplicationScoped
class KafkaWatch {
  private static final Logger LOG = Logger.getLogger(KafkaWatch.class);
  private static final String CLIENT = "gpen-kafka-watch";
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int TIMEOUT_MILLIS = 5000;

  private final StreamsConfig config;
  private final TopicCheck topicCheck;
  private final Outage outage = new Outage("Kafka", InstantSource.system(), LOG);
  private final Thread thread = new Thread(this::run, "kafka-watch");
  private volatile boolean asked;

  KafkaWatch(StreamsConfig config, TopicCheck topicCheck) {
    this.config = config;
    this.topicCheck = topicCheck;
  }

  void start(@Observes StartupEvent event) {
    thread.setDaemon(true);
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) {
    thread.interrupt();
  }

  /** Why Kafka cannot be used; empty if it can. */
  Optional<String> reason() {
    return asked ? outage.reason() : Optional.of("not asked for anything yet");
  }

  private void run() {
    Map<String, Object> settings = config.getAdminConfigs(CLIENT);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    String address = config.getList(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG).toString();
    try (Admin admin = Admin.create(settings)) {
      boolean settingsChecked = false;
      while (!Thread.currentThread().isInterrupted()) {
        Optional<String> problem = problem(admin, address);
        problem.ifPresentOrElse(outage::report, outage::end);
        asked = true;
        if (problem.isEmpty() && !settingsChecked) {
          settingsChecked = topicCheck.run(admin);
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("The check of Kafka has stopped: readiness no longer follows Kafka", e);
    }
  }

  private static Optional<String> problem(Admin admin, String address) throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> topics =
        admin
            .describeTopics(
                Topics.OF_THE_SERVICE, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
            .topicNameValues();
    Set<String> missing = new TreeSet<>();
    Set<String> forbidden = new TreeSet<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : topics.entrySet()) {
      try {
        topic.getValue().get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof UnknownTopicOrPartitionException) {
          missing.add(topic.getKey());
        } else if (cause instanceof AuthenticationException) {
          return Optional.of("authentication failed at " + address + ": " + cause.getMessage());
        } else if (cause instanceof AuthorizationException) {
          forbidden.add(topic.getKey());
        } else if (cause instanceof TimeoutException) {
          return Optional.of("no connection to " + address);
        } else {
          return Optional.of(address + " answers with an error: " + cause.getMessage());
        }
      }
    }
    if (!forbidden.isEmpty()) {
      return Optional.of("no permission for the topics " + String.join(", ", forbidden));
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("there are no topics " + String.join(", ", missing));
  }
}
