package io.gpenstreams.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the reader keeps; poll tasks run on its thread, which owns the consumers. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class OutcomeReaderTest {
  private static final EventJson JSON = new EventJson();
  private static final TopicPartition RESTORED = new TopicPartition(Topics.RESTORED_IMAGE, 0);
  private static final TopicPartition FAILED =
      new TopicPartition(Topics.IMAGE_RESTORATION_FAILED, 0);
  private static final int LOOK_BACK = 4;

  private final RecentOutcomes outcomes = new RecentOutcomes(10, 1 << 20);
  private final Queue<MockConsumer<byte[], byte[]>> consumers = new ConcurrentLinkedQueue<>();
  private final OutcomeReader reader =
      new OutcomeReader(
          this::nextConsumer, outcomes, LOOK_BACK, Duration.ofMillis(10), Clock.systemUTC());
  private final Thread thread = new Thread(reader);

  @AfterEach
  void stop() throws InterruptedException {
    reader.stop();
    thread.join();
  }

  @Test
  void beginsALittleBeforeTheEndOfEveryPartition() throws InterruptedException {
    MockConsumer<byte[], byte[]> consumer = consumer(1, 1);
    consumer.updateEndOffsets(Map.of(RESTORED, 20L, FAILED, 2L));
    List<Long> positions = new ArrayList<>();
    consumer.schedulePollTask(
        () -> {
          positions.add(consumer.position(RESTORED));
          positions.add(consumer.position(FAILED));
          consumer.addRecord(restored(0, 17, "a"));
          consumer.addRecord(failed(1, "b"));
        });

    thread.start();
    await("restored-image-0-17", "image-restoration-failed-0-1");

    assertThat(positions).containsExactly(20L - LOOK_BACK, 0L);
    assertThat(outcomes.find("restored-image-0-17").orElseThrow().restored().imageId())
        .isEqualTo("a");
    assertThat(outcomes.find("image-restoration-failed-0-1").orElseThrow().failed().imageId())
        .isEqualTo("b");
  }

  @Test
  void leavesOutWhatIsNoEventAndReadsOn() throws InterruptedException {
    MockConsumer<byte[], byte[]> consumer = consumer(1, 1);
    List<String> strange =
        List.of(
            "",
            "not json",
            "null",
            "[]",
            "{}",
            "{\"imageId\":\"x\",\"faces\":null}",
            "{\"imageId\":\"x\",\"outcome\":\"restored\",\"faces\":[null]}",
            "[".repeat(5000));
    consumer.schedulePollTask(
        () -> {
          int offset = 0;
          for (String value : strange) {
            consumer.addRecord(record(RESTORED, offset, value.getBytes(UTF_8)));
            consumer.addRecord(record(FAILED, offset, value.getBytes(UTF_8)));
            offset++;
          }
          consumer.addRecord(record(RESTORED, offset, null));
          consumer.addRecord(record(FAILED, offset, null));
          consumer.addRecord(restored(0, 100, "a"));
        });

    thread.start();
    await("restored-image-0-100");

    assertThat(outcomes.snapshot().newestFirst()).hasSize(1);
  }

  @Test
  void startsAgainWithAnotherConsumerWhenOneFails() throws InterruptedException {
    MockConsumer<byte[], byte[]> failing = consumer(1, 1);
    failing.schedulePollTask(() -> failing.addRecord(restored(0, 1, "a")));
    failing.schedulePollTask(() -> failing.setPollException(new KafkaException("the broker left")));
    MockConsumer<byte[], byte[]> next = consumer(1, 1);
    next.schedulePollTask(
        () -> {
          next.addRecord(restored(0, 1, "a"));
          next.addRecord(restored(0, 2, "b"));
        });

    thread.start();
    await("restored-image-0-1", "restored-image-0-2");

    assertThat(failing.closed()).isTrue();
    assertThat(outcomes.snapshot().newestFirst()).hasSize(2);
  }

  @Test
  void findsPartitionsThatAreMadeLater() throws InterruptedException {
    MockConsumer<byte[], byte[]> consumer = consumer(1, 0);
    consumer.schedulePollTask(
        () -> {
          partitions(consumer, 2, 1);
          consumer.addRecord(restored(0, 1, "a"));
        });

    thread.start();
    await("restored-image-0-1");
    Awaitility.await().until(() -> consumer.assignment().size() == 3);
    consumer.schedulePollTask(() -> consumer.addRecord(restored(1, 5, "b")));

    await("restored-image-1-5");
  }

  @Test
  void waitsForTopicsThatAreNotThereYet() throws InterruptedException {
    MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
    consumer.schedulePollTask(() -> consumer.addRecord(restored(0, 1, "a")));

    thread.start();
    Awaitility.await().until(consumers::isEmpty);
    partitions(consumer, 1, 1);

    await("restored-image-0-1");
  }

  @Test
  void closesItsConsumerWhenItIsStopped() throws InterruptedException {
    MockConsumer<byte[], byte[]> consumer = consumer(1, 1);
    consumer.schedulePollTask(() -> consumer.addRecord(restored(0, 1, "a")));
    thread.start();
    await("restored-image-0-1");

    reader.stop();
    thread.join();

    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void reachesTheClusterAsTheStreamDoesAndJoinsNoGroup() {
    StreamsConfig streams =
        new StreamsConfig(
            Map.of(
                "application.id", "gpen-streams",
                "bootstrap.servers", "kafka:9093",
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "max.poll.records", "1"));

    assertThat(Viewer.consumerSettings(streams))
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("allow.auto.create.topics", false)
        .containsEntry("max.poll.records", 50)
        .doesNotContainKeys("group.id", "group.instance.id")
        .hasEntrySatisfying(
            "bootstrap.servers", servers -> assertThat(servers.toString()).contains("kafka:9093"));
  }

  private MockConsumer<byte[], byte[]> nextConsumer() {
    MockConsumer<byte[], byte[]> next = consumers.poll();
    if (next == null) {
      throw new KafkaException("no broker");
    }
    return next;
  }

  private void await(String... ids) {
    for (String id : ids) {
      Awaitility.await().until(() -> outcomes.find(id).isPresent());
    }
    assertThat(thread.isAlive()).isTrue();
  }

  private MockConsumer<byte[], byte[]> consumer(int restored, int failed) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    partitions(consumer, restored, failed);
    consumers.add(consumer);
    return consumer;
  }

  private static void partitions(MockConsumer<byte[], byte[]> consumer, int restored, int failed) {
    Map<String, Integer> counts =
        Map.of(Topics.RESTORED_IMAGE, restored, Topics.IMAGE_RESTORATION_FAILED, failed);
    counts.forEach(
        (topic, count) -> {
          Map<TopicPartition, Long> offsets =
              IntStream.range(0, count)
                  .mapToObj(i -> new TopicPartition(topic, i))
                  .collect(Collectors.toMap(place -> place, place -> 0L));
          consumer.updateBeginningOffsets(offsets);
          consumer.updateEndOffsets(offsets);
          consumer.updatePartitions(
              topic,
              IntStream.range(0, count)
                  .mapToObj(i -> new PartitionInfo(topic, i, Node.noNode(), null, null))
                  .toList());
        });
  }

  private static ConsumerRecord<byte[], byte[]> restored(int partition, long offset, String id) {
    return record(
        new TopicPartition(Topics.RESTORED_IMAGE, partition),
        offset,
        JSON.write(Events.restored(id, Events.TIME)));
  }

  private static ConsumerRecord<byte[], byte[]> failed(long offset, String id) {
    return record(FAILED, offset, JSON.write(Events.failed(id)));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      TopicPartition place, long offset, byte[] value) {
    return new ConsumerRecord<>(place.topic(), place.partition(), offset, null, value);
  }
}
