package io.gpenstreams.stream.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic, to be read from its beginning.
 *
 * @param partitions how many it has
 */
record Topic(String bootstrapServers, String name, int partitions) {
  private static final Duration POLL = Duration.ofMillis(200);

  List<TopicPartition> all() {
    return IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(name, p)).toList();
  }

  /** All that is committed. */
  List<ConsumerRecord<byte[], byte[]>> read() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, "read_committed")) {
      consumer.assign(all());
      consumer.seekToBeginning(all());
      Map<TopicPartition, Long> ends = consumer.endOffsets(all());
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }

  /** Whether a transaction has not ended, so that readers wait for it. */
  boolean open() {
    return !ends("read_committed").equals(ends("read_uncommitted"));
  }

  private Map<TopicPartition, Long> ends(String isolation) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, isolation)) {
      return consumer.endOffsets(all());
    }
  }

  static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String isolation) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolation),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
