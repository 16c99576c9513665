package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Asks for photos of the bucket {@code photos}, one after the other. */
final class Uploads implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;

  Uploads(LocalBroker broker) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Returns when the broker has the record. */
  void send(String imageId, String key) throws Exception {
    send(imageId, key, 0);
  }

  /** Returns when the broker has the record. */
  void send(String imageId, String key, int partition) throws Exception {
    byte[] event = event(imageId, key).getBytes(UTF_8);
    producer.send(new ProducerRecord<>(Topics.IMAGE_UPLOADED, partition, null, event)).get();
  }

  /** The value of such a record. */
  static String event(String imageId, String key) {
    return "{\"imageId\":\"%s\",\"source\":{\"bucket\":\"photos\",\"key\":\"%s\"}}"
        .formatted(imageId, key);
  }

  @Override
  public void close() {
    producer.close();
  }
}
