package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gpenstreams.event.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends loads, each record with its number, by which it is known in the topic again. For one
 * thread.
 */
final class Publisher implements AutoCloseable {
  static final String NUMBER = "number";

  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Load.Entry> sent = new ArrayList<>();

  Publisher(String bootstrapServers) {
    // Idempotent, by default: what a broker's restart makes it repeat is there once.
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** All that was sent, by number. */
  List<Load.Entry> sent() {
    return List.copyOf(sent);
  }

  /** Returns when they are stored. */
  void send(List<Load.Entry> entries) throws InterruptedException {
    List<Future<RecordMetadata>> sending = new ArrayList<>();
    for (Load.Entry entry : entries) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              Topics.IMAGE_UPLOADED,
              entry.key().getBytes(US_ASCII),
              entry.value().getBytes(US_ASCII));
      record.headers().add(NUMBER, Integer.toString(sent.size()).getBytes(US_ASCII));
      sent.add(entry);
      sending.add(producer.send(record));
    }
    for (Future<RecordMetadata> one : sending) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("A record could not be sent", e);
      }
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
