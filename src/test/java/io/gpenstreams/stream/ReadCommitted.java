package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpenstreams.servers.LocalBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers that see what is committed, as consumers of outcomes do. */
public final class ReadCommitted {
  private ReadCommitted() {}

  /** Without a group; the caller closes it. */
  public static KafkaConsumer<byte[], byte[]> consumer(LocalBroker broker) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** What partitions 0 of some topics hold, as {@link #readOn} reads it. */
  static List<ConsumerRecord<byte[], byte[]>> read(
      LocalBroker broker, List<String> topics, int expected, Duration patience) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker)) {
      List<TopicPartition> partitions =
          topics.stream().map(topic -> new TopicPartition(topic, 0)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      readOn(consumer, records, expected, patience);
    }
    return records;
  }

  /**
   * Reads until there are as many records as expected, and then a while longer, for those that
   * would be too many.
   *
   * @param seen what was read before; what is read now is added
   */
  static void readOn(
      KafkaConsumer<byte[], byte[]> consumer,
      List<ConsumerRecord<byte[], byte[]>> seen,
      int expected,
      Duration patience) {
    await()
        .pollInSameThread()
        .atMost(patience)
        .untilAsserted(
            () -> {
              consumer.poll(Duration.ofMillis(500)).forEach(seen::add);
              assertThat(seen).hasSizeGreaterThanOrEqualTo(expected);
            });
    consumer.poll(Duration.ofSeconds(2)).forEach(seen::add);
  }
}
