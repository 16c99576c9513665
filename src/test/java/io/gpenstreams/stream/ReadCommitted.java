package io.gpenstreams.stream;

import io.gpenstreams.cli.demo.LocalBroker;
import java.util.Map;
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
}
