package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is said about topics of a real broker. */
class TopicLimitsIT {
  private static final String FITS = Integer.toString(TopicLimits.LARGEST_RECORD);
  private static final String TOO_SMALL = Integer.toString(TopicLimits.LARGEST_RECORD - 1);
  private static final String CHANGELOG = "app-pending-changelog";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Workspace workspace;
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    workspace = Workspace.create(Installation.find());
    LocalBroker broker = LocalBroker.start(workspace);
    admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
    assertThatThrownBy(TopicLimitsIT::problems)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    broker.createTopics(Topics.OF_THE_SERVICE);
  }

  @AfterAll
  static void stop() {
    admin.close();
    workspace.close();
  }

  @Test
  void topicsWithoutSettingsOfTheirOwnHoldEverything() throws Exception {
    assertThat(problems(0)).isEmpty();
  }

  @Test
  void aTopicThatIsTooSmallIsNamed() throws Exception {
    for (String topic : List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED)) {
      set(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, TOO_SMALL);
      assertThat(problems(1))
          .containsExactly(
              "Topic "
                  + topic
                  + " takes messages of at most 819199 bytes (max.message.bytes); it needs 819200."
                  + " Raise it.");
      set(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, FITS);
    }
    assertThat(problems(0)).isEmpty();
  }

  @Test
  void deadLettersCannotBeCompacted() throws Exception {
    for (String policy : List.of("compact", "compact,delete")) {
      set(Topics.IMAGE_RESTORATION_FAILED, TopicConfig.CLEANUP_POLICY_CONFIG, policy);
      assertThat(problems(1)).singleElement().asString().contains("is compacted (cleanup.policy)");
    }
    set(Topics.IMAGE_RESTORATION_FAILED, TopicConfig.CLEANUP_POLICY_CONFIG, "delete");
    assertThat(problems(0)).isEmpty();
  }

  @Test
  void anOlderChangelogIsLookedAtToo() throws Exception {
    NewTopic changelog = new NewTopic(CHANGELOG, 1, (short) 1);
    admin
        .createTopics(
            List.of(changelog.configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, TOO_SMALL))))
        .all()
        .get();
    try {
      assertThat(problems(1)).singleElement().asString().startsWith("Topic " + CHANGELOG);
    } finally {
      admin.deleteTopics(List.of(CHANGELOG)).all().get();
      assertThat(problems(0)).isEmpty();
    }
  }

  @Test
  void theProducersOwnLimitCounts() throws Exception {
    assertThat(TopicLimits.problems(admin, "app", Map.of("max.request.size", "1000")))
        .containsExactly(
            "The producer sends at most 1000 bytes (kafka-streams.producer.max.request.size); it"
                + " needs 819200. Raise it.");
    assertThat(TopicLimits.problems(admin, "app", Map.of("max.request.size", FITS))).isEmpty();
  }

  // A broker answers with a change a moment after it has taken it.
  private static List<String> problems(int expected) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<String> problems = problems();
    while (problems.size() != expected && System.nanoTime() < deadline) {
      Thread.sleep(100);
      problems = problems();
    }
    return problems;
  }

  private static List<String> problems() throws Exception {
    return TopicLimits.problems(admin, "app", Map.of());
  }

  private static void set(String topic, String key, String value) throws Exception {
    AlterConfigOp operation =
        new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    admin
        .incrementalAlterConfigs(
            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(operation)))
        .all()
        .get();
  }
}
