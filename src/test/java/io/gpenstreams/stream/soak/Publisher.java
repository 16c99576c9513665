package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gpenstreams.event.Topics;
import io.gpenstreams.hostile.RawProducer;
import io.gpenstreams.hostile.RawProducer.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends loads, each record with its number, by which it is known in the topic again; hostile ones
 * as they are, which are known by their places. For one thread, which is also the one that ends
 * brokers: nothing is sent while there is none.
 */
final class Publisher implements AutoCloseable {
  static final String NUMBER = "number";

  private final KafkaProducer<byte[], byte[]> producer;
  private final RawProducer raw;
  private final int partitions;
  private final List<Load.Entry> sent = new ArrayList<>();
  private final Map<String, Integer> hostile = new HashMap<>();
  private final List<String> refused = new ArrayList<>();

  Publisher(String bootstrapServers, int partitions) {
    this.raw = new RawProducer(bootstrapServers);
    this.partitions = partitions;
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

  /** Numbers of the records that do not say theirs, by topic, partition and offset. */
  Map<String, Integer> hostile() {
    return Map.copyOf(hostile);
  }

  /** What the broker did not take, and why. */
  List<String> refused() {
    return List.copyOf(refused);
  }

  /** Returns when they are stored. */
  void send(List<Load.Entry> entries) throws InterruptedException {
    List<Future<RecordMetadata>> sending = new ArrayList<>();
    for (Load.Entry entry : entries) {
      if (entry.hostile() != null) {
        sendHostile(entry);
        continue;
      }
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

  private void sendHostile(Load.Entry entry) throws InterruptedException {
    int partition = sent.size() % partitions;
    try {
      long offset = raw.send(Topics.IMAGE_UPLOADED, partition, entry.hostile().batch().get());
      hostile.put(Topics.IMAGE_UPLOADED + "-" + partition + "-" + offset, sent.size());
      sent.add(entry);
    } catch (RefusedException e) {
      refused.add(entry.hostile().name() + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("A record could not be sent", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
