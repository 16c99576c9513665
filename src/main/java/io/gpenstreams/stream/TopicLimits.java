package io.gpenstreams.stream;

import io.gpenstreams.event.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The settings that the service needs in its topics. All that it writes is bounded, so a topic with
 * these settings takes every outcome and every row of the pending store. In any other topic, the
 * first record that does not fit would end the stream. Stateless.
 */
final class TopicLimits {
  /**
   * Largest record that the service writes, in bytes, framing included: a dead letter that repeats
   * a value of 512 KiB in base64, with its headers.
   */
  static final int LARGEST_RECORD = 800 << 10;

  /** For the changelog, which Kafka Streams creates: a broker's default may be too small. */
  static final Map<String, String> CHANGELOG =
      Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(1 << 20));

  private static final List<String> WRITTEN =
      List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED);

  private TopicLimits() {}

  /**
   * The settings that prevent the service from working, one sentence each.
   *
   * @param applicationId of the stream, which names its changelog
   * @param producer the settings of the stream's producer
   * @throws ExecutionException if the broker does not answer; caused by {@link
   *     UnknownTopicOrPartitionException} if an outcome's topic does not exist yet
   */
  static List<String> problems(Admin admin, String applicationId, Map<String, Object> producer)
      throws ExecutionException, InterruptedException {
    List<String> problems = new ArrayList<>();
    producerProblem(producer).ifPresent(problems::add);
    for (String topic : WRITTEN) {
      Config config = config(admin, topic);
      sizeProblem(topic, config).ifPresent(problems::add);
      // A dead letter of a record that names no image has no key.
      if (topic.equals(Topics.IMAGE_RESTORATION_FAILED) && isCompacted(config)) {
        problems.add(
            "Topic %s is compacted (%s), and takes no dead letter without a key. Set it to %s."
                .formatted(
                    topic, TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
      }
    }
    String changelog = applicationId + "-" + RestorationTopology.PENDING + "-changelog";
    try {
      sizeProblem(changelog, config(admin, changelog)).ifPresent(problems::add);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
      // Kafka Streams will create it, with the limit above.
    }
    return problems;
  }

  private static Optional<String> producerProblem(Map<String, Object> producer) {
    Object limit = producer.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    // Kafka's default is 1 MiB.
    return limit == null || Long.parseLong(limit.toString()) >= LARGEST_RECORD
        ? Optional.empty()
        : Optional.of(
            "The producer sends at most %s bytes (kafka-streams.producer.%s); it needs %d. Raise it."
                .formatted(limit, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD));
  }

  private static Optional<String> sizeProblem(String topic, Config config) {
    String limit = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
    return Long.parseLong(limit) >= LARGEST_RECORD
        ? Optional.empty()
        : Optional.of(
            "Topic %s takes messages of at most %s bytes (%s); it needs %d. Raise it."
                .formatted(topic, limit, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, LARGEST_RECORD));
  }

  private static boolean isCompacted(Config config) {
    return config
        .get(TopicConfig.CLEANUP_POLICY_CONFIG)
        .value()
        .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  private static Config config(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    KafkaFuture<Config> config = admin.describeConfigs(List.of(resource)).values().get(resource);
    return config.get();
  }
}
