package io.gpenstreams.stream;

import io.gpenstreams.event.Topics;
import io.quarkus.runtime.Quarkus;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.streams.StreamsConfig;
import org.jboss.logging.Logger;

/**
 * Checks the settings of the service's topics ({@link TopicLimits}). If an outcome might not fit
 * into its topic, it ends the process, with a line for each problem. Stateless.
 */
@Singleton
public final class TopicCheck {
  private static final Logger LOG = Logger.getLogger(TopicCheck.class);
  private static final int FAILED = 1;

  private final StreamsConfig config;

  TopicCheck(StreamsConfig config) {
    this.config = config;
  }

  /**
   * Runs the check.
   *
   * @return whether there is an answer; if not, the broker or the topics are not there yet
   */
  public boolean run(Admin admin) throws InterruptedException {
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
      return false;
    }
  }
}
