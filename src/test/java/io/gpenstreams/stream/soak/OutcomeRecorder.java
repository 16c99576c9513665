package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Records all outcomes of a run, from its start to its end. Guarded by itself. */
final class OutcomeRecorder implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LATE = Duration.ofSeconds(3);

  private final List<TopicPartition> partitions;
  private final String bootstrapServers;
  private final EventJson json = new EventJson();
  private final Thread thread = new Thread(this::record, "outcome-recorder");
  private final List<SeenOutcome> outcomes = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private RuntimeException failure;
  private volatile boolean closed;

  /** Starts recording. */
  OutcomeRecorder(String bootstrapServers, int partitions) {
    this.bootstrapServers = bootstrapServers;
    this.partitions = new ArrayList<>();
    for (String topic : List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED)) {
      this.partitions.addAll(new Topic(bootstrapServers, topic, partitions).all());
    }
    thread.start();
  }

  /** In the order of their partitions. */
  synchronized List<SeenOutcome> outcomes() {
    if (failure != null) {
      throw failure;
    }
    return List.copyOf(outcomes);
  }

  /** How many images have an outcome. */
  synchronized int images() {
    if (failure != null) {
      throw failure;
    }
    return ids.size();
  }

  /** Records what comes late, and ends. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void record() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        Topic.consumer(bootstrapServers, "read_committed")) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!closed) {
        consumer.poll(POLL).forEach(this::add);
      }
      // An outcome that is sent twice may be sent late.
      Instant end = Instant.now().plus(LATE);
      while (Instant.now().isBefore(end)) {
        consumer.poll(POLL).forEach(this::add);
      }
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    boolean restored = record.topic().equals(Topics.RESTORED_IMAGE);
    SeenOutcome outcome =
        new SeenOutcome(
            record.topic() + "-" + record.partition(),
            record.offset(),
            new String(record.headers().lastHeader("ce_id").value(), UTF_8),
            restored ? json.readRestored(record.value()) : null,
            restored ? null : json.readFailed(record.value()),
            Instant.now());
    synchronized (this) {
      outcomes.add(outcome);
      ids.add(outcome.id());
    }
  }
}
