package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment.TaskIds;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two replicas of the packaged service as members of a group of type {@code streams}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsProtocolIT {
  private static final String GROUP = "gpen-streams";
  private static final int PARTITIONS = 2;
  private static final int PHOTOS = 16;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  // Far below the session's time limit, after which a member is gone in any case.
  private static final Duration LEAVING = Duration.ofSeconds(20);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "kafka-streams.group.protocol", "streams",
          // Or the names of the replicas would ask for static membership.
          "kafka-streams.group.instance.id", "",
          "kafka-streams.transaction.timeout.ms", "6000",
          "gpen.stream.in-flight", "2",
          "gpen.retry.calm", "1s");

  @RegisterExtension
  static final TestServers SERVERS =
      TestServers.brokerAndS3().withStreamsGroups().withPartitions(PARTITIONS);

  private LocalBroker broker;
  private Admin admin;
  private ServiceProcess one;
  private ServiceProcess two;

  private KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> outcomes = new ArrayList<>();

  @BeforeAll
  void start() throws Exception {
    broker = SERVERS.broker();
    admin = SERVERS.admin();
    SERVERS.put(TestServers.PORTRAIT, TestServers.portrait());
    configure("streams.heartbeat.interval.ms", "1000");
    one = replica("one");
    two = replica("two");
  }

  private ServiceProcess replica(String name) throws InterruptedException {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("gpen.replica", name);
    return SERVERS.startService(settings);
  }

  @BeforeEach
  void bothAreAtWork() throws Exception {
    for (ServiceProcess replica : List.of(one, two)) {
      if (!replica.isAlive()) {
        replica.restart();
      }
    }
    awaitTasks(PATIENCE, 1, 1);
    consumer = ReadCommitted.consumer(broker);
    List<TopicPartition> partitions =
        Stream.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED)
            .flatMap(
                topic -> IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    outcomes.clear();
  }

  @AfterEach
  void disconnect() {
    consumer.close();
  }

  @Test
  void theOtherReplicaRestoresWhatAKilledOneHadInFlight() throws Exception {
    configure("streams.session.timeout.ms", "6000");
    upload();
    awaitOutcomeOf("two");
    two.kill();

    awaitTasks(PATIENCE, 2);
    assertEveryPhotoIsRestoredOnce();
    assertThat(partitionsOf("one")).contains(0, 1);
    assertThat(one.log()).content().contains("died or lost the task");
  }

  @Test
  void aReplicaThatStopsLeavesTheGroupAndTheOtherGoesOn() throws Exception {
    configure("streams.session.timeout.ms", "45000");
    upload();
    awaitOutcomeOf("one");
    one.stop();

    awaitTasks(LEAVING, 2);
    assertEveryPhotoIsRestoredOnce();
    assertThat(partitionsOf("two")).contains(0, 1);
    assertThat(two.log()).content().doesNotContain("died or lost the task");
  }

  private void upload() throws Exception {
    try (Uploads uploads = new Uploads(broker)) {
      for (int i = 0; i < PHOTOS; i++) {
        uploads.send(Integer.toString(i), TestServers.PORTRAIT, i % PARTITIONS);
      }
    }
  }

  private void awaitOutcomeOf(String replica) {
    await("an outcome of " + replica)
        .atMost(PATIENCE)
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(100)).forEach(outcomes::add);
              return !partitionsOf(replica).isEmpty();
            });
  }

  private void assertEveryPhotoIsRestoredOnce() {
    ReadCommitted.readOn(consumer, outcomes, PHOTOS, PATIENCE);
    assertThat(outcomes)
        .extracting(outcome -> new String(outcome.key(), UTF_8))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, PHOTOS).mapToObj(Integer::toString).toList());
    assertThat(outcomes).extracting(ConsumerRecord::topic).containsOnly(Topics.RESTORED_IMAGE);
  }

  /** The partitions of the photos that a replica has restored. */
  private List<Integer> partitionsOf(String replica) {
    return outcomes.stream()
        .map(outcome -> new EventJson().readRestored(outcome.value()))
        .filter(image -> image.runtime().replica().equals(replica))
        .map(RestoredImage::imageId)
        .map(id -> Integer.parseInt(id) % PARTITIONS)
        .toList();
  }

  private void configure(String key, String value) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.GROUP, GROUP),
                List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  /** Waits until the group, which the broker must know as one of the type, has such members. */
  private void awaitTasks(Duration patience, Integer... ofMembers) throws Exception {
    await()
        .atMost(patience)
        .untilAsserted(() -> assertThat(tasks()).as("tasks of members").containsExactly(ofMembers));
    assertThat(admin.listGroups(ListGroupsOptions.forStreamsGroups()).all().get())
        .extracting(GroupListing::groupId)
        .containsExactly(GROUP);
  }

  private List<Integer> tasks() throws Exception {
    try {
      return admin.describeStreamsGroups(List.of(GROUP)).all().get().get(GROUP).members().stream()
          .map(StreamsProtocolIT::tasks)
          .sorted()
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw e;
    }
  }

  private static int tasks(StreamsGroupMemberDescription member) {
    return member.assignment().activeTasks().stream()
        .map(TaskIds::partitions)
        .mapToInt(List::size)
        .sum();
  }
}
