package io.gpenstreams.cli.replay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what is committed in partitions up to a given offset. For one thread. */
final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int FETCH_BYTES = 8 << 20;

  private final KafkaConsumer<byte[], byte[]> consumer;

  TopicReader(Map<String, Object> cluster) {
    Map<String, Object> settings = new HashMap<>(cluster);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // Retention may take the oldest records while they are read.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Where each partition begins. */
  Map<TopicPartition, Long> begins(List<TopicPartition> partitions) {
    return consumer.beginningOffsets(partitions);
  }

  /** The offset after the last committed record, now. */
  Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
    return consumer.endOffsets(partitions);
  }

  /**
   * Hands over every record before {@code end}, in order.
   *
   * @throws TimeoutException if nothing comes for half a minute, as before a transaction that stays
   *     open
   */
  void read(TopicPartition partition, long end, Consumer<ConsumerRecord<byte[], byte[]>> taken) {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long reached = -1;
    long lastStep = System.nanoTime();
    for (long next = consumer.position(partition); next < end; ) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
        if (record.offset() < end) {
          taken.accept(record);
        }
      }
      next = consumer.position(partition);
      if (next != reached) {
        reached = next;
        lastStep = System.nanoTime();
      } else if (System.nanoTime() - lastStep > PATIENCE.toNanos()) {
        throw new TimeoutException(
            partition + " cannot be read from offset " + next + " to " + end);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
