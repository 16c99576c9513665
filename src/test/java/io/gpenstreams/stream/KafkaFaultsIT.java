package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an installation may do to the stream while it runs, on a real broker: the rows of {@code
 * docs/reliability.md}, "What can end the stream". After each, what was uploaded meanwhile has one
 * outcome.
 */
// A stream thread that waits for a topic cannot be interrupted.
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KafkaFaultsIT {
  private static final String USER = "service";
  private static final String PASSWORD = "secret";
  private static final int MANY = 1000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final List<String> OUTCOMES =
      List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED);

  @RegisterExtension static final TestServers SERVERS = TestServers.onlyBroker().withLogins();

  private static LocalBroker broker;
  private static Admin admin;

  @TempDir private Path state;

  private final ExecutorService workers = Executors.newFixedThreadPool(1);
  // Photos that may be done.
  private final Semaphore hold = new Semaphore(MANY);
  private final AtomicInteger deaths = new AtomicInteger();
  private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();
  private KafkaConsumer<byte[], byte[]> reader;
  private Uploads uploads;

  @BeforeAll
  static void setPassword() throws Exception {
    broker = SERVERS.broker();
    admin = SERVERS.admin();
    broker.setPassword(USER, PASSWORD);
  }

  @BeforeEach
  void readFromNowOn() {
    reader = ReadCommitted.consumer(broker);
    List<TopicPartition> partitions =
        OUTCOMES.stream().map(topic -> new TopicPartition(topic, 0)).toList();
    reader.assign(partitions);
    reader.seekToEnd(partitions);
    partitions.forEach(reader::position);
    uploads = new Uploads(broker);
  }

  @AfterEach
  void close() {
    uploads.close();
    reader.close();
    workers.shutdownNow();
  }

  @Test
  void aTopicThatTakesNothingLargeAnyMore() throws Exception {
    try (KafkaStreams streams = start("limit", bucket -> true)) {
      uploads.send("limit-before", "portrait.jpg");
      awaitOutcomes("limit", 1);

      limit(Topics.RESTORED_IMAGE, "500");
      uploads.send("limit-while", "portrait.jpg");
      patiently().until(() -> deaths.get() >= 2);
      limit(Topics.RESTORED_IMAGE, Integer.toString(TopicLimits.LARGEST_RECORD));

      uploads.send("limit-after", "portrait.jpg");
      assertThat(awaitOutcomes("limit", 3))
          .containsExactlyInAnyOrder("limit-before", "limit-while", "limit-after");
      assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
    }
  }

  @Test
  void aPermissionThatWasTakenAway() throws Exception {
    AclBinding denial =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, Topics.RESTORED_IMAGE, PatternType.LITERAL),
            new AccessControlEntry(
                "User:" + USER, "*", AclOperation.WRITE, AclPermissionType.DENY));
    try (KafkaStreams streams = start("permission", bucket -> true)) {
      uploads.send("permission-before", "portrait.jpg");
      awaitOutcomes("permission", 1);

      admin.createAcls(List.of(denial)).all().get();
      uploads.send("permission-while", "portrait.jpg");
      patiently().until(() -> deaths.get() >= 2);
      admin.deleteAcls(List.of(denial.toFilter())).all().get();

      uploads.send("permission-after", "portrait.jpg");
      assertThat(awaitOutcomes("permission", 3))
          .containsExactlyInAnyOrder("permission-before", "permission-while", "permission-after");
      assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
    }
  }

  @Test
  void aTopicThatIsGone() throws Exception {
    try (KafkaStreams streams = start("gone", bucket -> true)) {
      uploads.send("gone-before", "portrait.jpg");
      awaitOutcomes("gone", 1);
      hold.drainPermits();
      uploads.send("gone-while", "portrait.jpg");
      patiently().until(hold::hasQueuedThreads);

      admin.deleteTopics(List.of(Topics.RESTORED_IMAGE)).all().get();
      hold.release(MANY);
      awaitLongerThanATaskWaits(streams);
      broker.createTopics(List.of(Topics.RESTORED_IMAGE));

      uploads.send("gone-after", "portrait.jpg");
      List<TopicPartition> partition = List.of(new TopicPartition(Topics.RESTORED_IMAGE, 0));
      reader.assign(partition);
      reader.seekToBeginning(partition);
      seen.clear();
      assertThat(awaitOutcomes("gone", 2)).containsExactlyInAnyOrder("gone-while", "gone-after");
      assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
    }
  }

  @Test
  void aBrokerThatIsAwayForLongerThanATaskWaits() throws Exception {
    try (KafkaStreams streams = start("silence", bucket -> true)) {
      uploads.send("silence-before", "portrait.jpg");
      awaitOutcomes("silence", 1);
      hold.drainPermits();
      uploads.send("silence-while", "portrait.jpg");
      patiently().until(hold::hasQueuedThreads);

      broker.kill();
      hold.release(MANY);
      awaitLongerThanATaskWaits(streams);
      broker.restart();

      uploads.send("silence-after", "portrait.jpg");
      assertThat(awaitOutcomes("silence", 3))
          .containsExactlyInAnyOrder("silence-before", "silence-while", "silence-after");
      assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
    }
  }

  @Test
  void aGroupOfOtherMembers() throws Exception {
    try (KafkaConsumer<byte[], byte[]> stranger = stranger("group")) {
      stranger.subscribe(List.of(Topics.IMAGE_UPLOADED));
      patiently().until(() -> joined(stranger));

      try (KafkaStreams streams = start("group", bucket -> true)) {
        patiently().until(() -> streams.state() == KafkaStreams.State.ERROR);
      }
    }
    assertThat(deaths).as("nothing to wait for").hasValue(0);
  }

  @Test
  void aFaultOfTheServiceItself() throws Exception {
    uploads.send("fault-photo", "portrait.jpg");
    Predicate<String> broken =
        bucket -> {
          throw new IllegalStateException("a fault of the service");
        };
    try (KafkaStreams streams = start("fault", broken)) {
      patiently().until(() -> streams.state() == KafkaStreams.State.ERROR);
    }
    assertThat(deaths).hasValue(ThreadReplacement.MOST_FAULTS);

    try (KafkaStreams streams = start("fault", bucket -> true)) {
      assertThat(awaitOutcomes("fault", 1)).containsExactly("fault-photo");
      assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
    }
  }

  private KafkaStreams start(String group, Predicate<String> bucketAvailable) {
    LocalStream stream =
        new LocalStream(
            workers,
            2,
            Duration.ofSeconds(1),
            (image, photo) -> {
              hold.acquireUninterruptibly();
              return ProcessorHarness.unchanged(image);
            },
            bucketAvailable);
    return stream.start(configuration(group), clients -> clients, wait -> deaths.incrementAndGet());
  }

  private Properties configuration(String group) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
    properties.putAll(broker.login(USER, PASSWORD));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put("auto.offset.reset", "earliest");
    properties.put("poll.ms", "20");
    properties.put("task.timeout.ms", "500");
    properties.put("max.block.ms", "1000");
    properties.put("session.timeout.ms", "6000");
    properties.put("reconnect.backoff.max.ms", "200");
    return properties;
  }

  // Whether the producer waits or the thread is replaced depends on what it was just doing.
  private static void awaitLongerThanATaskWaits(KafkaStreams streams) {
    patiently().during(Duration.ofSeconds(3)).until(() -> streams.state().isRunningOrRebalancing());
  }

  // Of what ends on other threads, only what the test waits for matters.
  private static ConditionFactory patiently() {
    return await().dontCatchUncaughtExceptions().atMost(PATIENCE);
  }

  private static KafkaConsumer<byte[], byte[]> stranger(String group) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "group.id",
            group,
            "partition.assignment.strategy",
            RangeAssignor.class.getName()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static boolean joined(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.poll(Duration.ofMillis(100));
    return !consumer.assignment().isEmpty();
  }

  private static void limit(String topic, String bytes) throws Exception {
    AlterConfigOp change =
        new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), AlterConfigOp.OpType.SET);
    admin
        .incrementalAlterConfigs(
            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
        .all()
        .get();
  }

  /** The image ids of all outcomes of a test, whose groups read what came before it as well. */
  private List<String> awaitOutcomes(String test, int expected) {
    patiently()
        .until(
            () -> {
              reader.poll(Duration.ofMillis(100)).forEach(seen::add);
              return ids(test).size() >= expected;
            });
    reader.poll(Duration.ofSeconds(1)).forEach(seen::add);
    return ids(test);
  }

  private List<String> ids(String test) {
    return seen.stream()
        .map(outcome -> new String(outcome.key(), UTF_8))
        .filter(id -> id.startsWith(test))
        .toList();
  }
}
