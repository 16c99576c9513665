package io.gpenstreams.stream;

import io.gpenstreams.stream.fetch.BoundedFetch;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka Streams' clients, of which the producer tells when it has committed and the consumer leaves
 * full partitions alone and reads what it fetched in bounded memory.
 */
public final class StreamClients implements KafkaClientSupplier {
  private final Commits commits;
  private final Intake intake;

  /** Connects the clients with the tasks. */
  public StreamClients(Commits commits, Intake intake) {
    this.commits = commits;
    this.intake = intake;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new TellingProducer(config, commits);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new ChoosyConsumer(config, intake);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Used by one stream thread, as its tasks are. */
  private static final class TellingProducer extends KafkaProducer<byte[], byte[]> {
    private final Commits commits;

    TellingProducer(Map<String, Object> config, Commits commits) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
      this.commits = commits;
    }

    @Override
    public void commitTransaction() {
      super.commitTransaction();
      commits.committed();
    }
  }

  /**
   * Pauses full partitions, but only while it polls: Kafka Streams pauses and resumes partitions
   * too, and must find them as it left them. Used by one stream thread, {@code held} included.
   */
  private static final class ChoosyConsumer extends KafkaConsumer<byte[], byte[]> {
    private final Intake intake;
    private final BoundedFetch fetch;
    private final Set<TopicPartition> held = new HashSet<>();

    ChoosyConsumer(Map<String, Object> config, Intake intake) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.intake = intake;
      this.fetch = BoundedFetch.in(this);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
      super.pause(partitions);
      // From a rebalance within the poll: not to be undone after it.
      held.removeAll(partitions);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      held.addAll(assignment());
      held.removeIf(intake::open);
      held.removeAll(paused());
      super.pause(held);
      fetch.beforePoll();
      try {
        return super.poll(timeout);
      } finally {
        // A rebalance may have taken some away.
        held.retainAll(assignment());
        resume(held);
        held.clear();
      }
    }
  }
}
