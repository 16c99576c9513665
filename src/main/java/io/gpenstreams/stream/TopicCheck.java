package io.gpenstreams.stream;

import io.gpenstreams.event.Topics;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.streams.StreamsConfig;
import org.jboss.logging.Logger;

/**
 * Checks {@link TopicLimits} once, as soon as the broker answers and the topics are there. Ends the
 * process, with a line for each problem, where an outcome might not fit into its topic.
 *
 * <p>Owns the thread that waits for the broker; nothing else touches its admin client.
 */
@ApplicationScoped
final class TopicCheck {
  private static final Logger LOG = Logger.getLogger(TopicCheck.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int FAILED = 1;

  private final StreamsConfig config;
  private final Thread thread = new Thread(this::run, "topic-check");

  TopicCheck(StreamsConfig config) {
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    thread.setDaemon(true);
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) {
    thread.interrupt();
  }

  private void run() {
    try (Admin admin = Admin.create(config.getAdminConfigs("gpen-topic-check"))) {
      while (!checked(admin)) {
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether there is nothing more to ask. */
  private boolean checked(Admin admin) throws InterruptedException {
    try {
      List<String> problems =
          TopicLimits.problems(
              admin,
              config.getString(StreamsConfig.APPLICATION_ID_CONFIG),
              config.getProducerConfigs("gpen-topic-check"));
      problems.forEach(LOG::error);
      if (!problems.isEmpty()) {
        Quarkus.asyncExit(FAILED);
      }
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        LOG.warnf(
            "The limits of the topics %s could not be checked: the service may not describe their"
                + " configuration",
            Topics.OF_THE_SERVICE);
        return true;
      }
      // The broker is away, or the topics are not there yet; readiness says so.
      return false;
    }
  }
}
