package io.gpenstreams.stream;

import io.gpenstreams.cli.demo.LocalBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The reader to whom the promise is made. */
final class ReadCommitted {
  private ReadCommitted() {}

  /** Without a group; the caller closes it. */
  static KafkaConsumer<byte[], byte[]> consumer(LocalBroker broker) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /**
   * Takes in what comes until there is as much as expected, and then a while longer for what would
   * be too much. Returns in any case.
   *
   * @param seen what was read before, and what is read now
   */
  static void readOn(
      KafkaConsumer<byte[], byte[]> consumer,
      List<ConsumerRecord<byte[], byte[]>> seen,
      int expected,
      Duration patience) {
    Instant deadline = Instant.now().plus(patience);
    while (seen.size() < expected && Instant.now().isBefore(deadline)) {
      consumer.poll(Duration.ofMillis(500)).forEach(seen::add);
    }
    consumer.poll(Duration.ofSeconds(2)).forEach(seen::add);
  }
}
