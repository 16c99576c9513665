package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicScriptTest {
  private static final Map<String, String> CLUSTER =
      Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:9092");

  @TempDir Path scratch;

  @Test
  void createsTheTopicsOfTheContract() throws Exception {
    assertThat(TopicScript.topics(scratch, CLUSTER))
        .extracting(TopicScript.Topic::name)
        .containsExactlyElementsOf(Project.TOPICS);
  }

  @Test
  void givesResultsAsManyPartitionsAsUploads() throws Exception {
    List<TopicScript.Topic> topics = TopicScript.topics(scratch, CLUSTER);
    assertThat(topics.get(1).partitions()).isEqualTo(topics.get(0).partitions());
  }

  @Test
  void survivesOneBrokerOfThreeAndWorksOnOne() throws Exception {
    assertThat(TopicScript.topics(scratch, CLUSTER))
        .allSatisfy(
            topic -> {
              assertThat(topic.replication()).isEqualTo(3);
              assertThat(topic.configs()).containsEntry("min.insync.replicas", "2");
            });
    var alone = Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:9092", "REPLICATION_FACTOR", "1");
    assertThat(TopicScript.topics(scratch, alone))
        .allSatisfy(
            topic -> {
              assertThat(topic.replication()).isEqualTo(1);
              assertThat(topic.configs()).containsEntry("min.insync.replicas", "1");
            });
  }

  @Test
  void setsOnlyWhatKafkaKnows() throws Exception {
    Set<String> known = new HashSet<>();
    for (var field : TopicConfig.class.getFields()) {
      if (field.getName().endsWith("_CONFIG")) {
        known.add((String) field.get(null));
      }
    }
    assertThat(TopicScript.topics(scratch, CLUSTER))
        .allSatisfy(topic -> assertThat(known).containsAll(topic.configs().keySet()));
  }

  @Test
  void leavesRoomForAnUploadInItsDeadLetter() throws Exception {
    List<TopicScript.Topic> topics = TopicScript.topics(scratch, CLUSTER);
    long upload = Long.parseLong(topics.get(0).configs().get("max.message.bytes"));
    long deadLetter = Long.parseLong(topics.get(2).configs().get("max.message.bytes"));
    assertThat(upload * 4 / 3).isLessThan(deadLetter / 2);
  }

  @Test
  void passesCredentialsOn() throws Exception {
    var secured =
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "b:9093", "KAFKA_COMMAND_CONFIG", "/a b/client.properties");
    assertThat(TopicScript.topics(scratch, secured))
        .allSatisfy(
            topic ->
                assertThat(topic.options())
                    .containsEntry("--bootstrap-server", "b:9093")
                    .containsEntry("--command-config", "/a b/client.properties"));
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    var result = Tool.run(Map.of(), List.of("sh", "src/main/docker/create-topics.sh"));
    assertThat(result.status()).isNotZero();
    assertThat(result.errors()).contains("KAFKA_BOOTSTRAP_SERVERS").hasLineCount(1);
  }
}
