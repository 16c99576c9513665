package io.gpenstreams.cli.replay;

import io.gpenstreams.event.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of a replay; creates the topic of marks. For one thread. */
final class ReplayTopics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final String COMPACTED = TopicConfig.CLEANUP_POLICY_COMPACT;

  private final Admin admin;

  ReplayTopics(Map<String, Object> cluster) {
    Map<String, Object> settings = new HashMap<>(cluster);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    admin = Admin.create(settings);
  }

  /** The dead letters' topic, once it is sure that they have a place to go back to. */
  TopicDescription letters() throws InterruptedException {
    TopicDescription letters = required(Topics.IMAGE_RESTORATION_FAILED);
    required(Topics.IMAGE_UPLOADED);
    if (letters.topicId().equals(Uuid.ZERO_UUID)) {
      throw new ReplayException(
          "Kafka is too old: it gives topics no ids, as 3.0 and newer do", null);
    }
    return letters;
  }

  /** The marks' topic, if it is there. */
  Optional<TopicDescription> marks() throws InterruptedException {
    return find(Topics.IMAGE_REPLAYED);
  }

  /**
   * The marks' topic, made if it is missing.
   *
   * @param letters whose marks are to be kept as safely as they are
   */
  TopicDescription marksFor(TopicDescription letters) throws InterruptedException {
    Optional<TopicDescription> found = marks();
    if (found.isEmpty()) {
      create(letters);
      long start = System.nanoTime();
      while (found.isEmpty()) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new TimeoutException(Topics.IMAGE_REPLAYED + " was made but does not appear");
        }
        Thread.sleep(BETWEEN_LOOKS.toMillis());
        found = marks();
      }
    }
    requireCompacted();
    return found.get();
  }

  /** Where partitions end, open transactions included. */
  Map<TopicPartition, Long> lastOffsets(List<TopicPartition> partitions)
      throws InterruptedException {
    return get(
            admin
                .listOffsets(
                    partitions.stream()
                        .collect(Collectors.toMap(place -> place, place -> OffsetSpec.latest())),
                    new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .all())
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  static List<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(partition -> new TopicPartition(topic.name(), partition.partition()))
        .toList();
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  private TopicDescription required(String name) throws InterruptedException {
    return find(name)
        .orElseThrow(
            () ->
                new ReplayException(
                    "There is no topic " + name + " here; is this the Kafka of the service?",
                    null));
  }

  private Optional<TopicDescription> find(String name) throws InterruptedException {
    try {
      return Optional.of(get(admin.describeTopics(List.of(name)).allTopicNames()).get(name));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  private void create(TopicDescription letters) throws InterruptedException {
    short replicas = (short) letters.partitions().get(0).replicas().size();
    NewTopic topic =
        new NewTopic(Topics.IMAGE_REPLAYED, 1, replicas)
            .configs(
                Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    COMPACTED,
                    TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                    Integer.toString(Math.max(1, replicas - 1))));
    try {
      get(admin.createTopics(List.of(topic)).all());
    } catch (TopicExistsException e) {
      // Another run was faster; which of the two goes on is decided by their producers.
      return;
    }
  }

  /** Where marks expire before their letters do, letters would be sent twice. */
  private void requireCompacted() throws InterruptedException {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.IMAGE_REPLAYED);
    String policy =
        get(admin.describeConfigs(List.of(topic)).all())
            .get(topic)
            .get(TopicConfig.CLEANUP_POLICY_CONFIG)
            .value();
    if (!COMPACTED.equals(policy)) {
      throw new ReplayException(
          "The topic %s has %s=%s and would forget what was sent; set it to %s"
              .formatted(
                  Topics.IMAGE_REPLAYED, TopicConfig.CLEANUP_POLICY_CONFIG, policy, COMPACTED),
          null);
    }
  }

  private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }
}
