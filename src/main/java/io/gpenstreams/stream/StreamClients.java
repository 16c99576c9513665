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
 * Kafka Streams' clients. The producer reports commits to {@link CommitListeners}. The consumer
 * fetches only what {@link FetchGate} permits, and reads what it fetched in bounded memory.
 */
public final class StreamClients implements KafkaClientSupplier {
  private final CommitListeners commits;
  private final FetchGate fetchGate;

  /** Connects the clients with the tasks. */
  public StreamClients(CommitListeners commits, FetchGate fetchGate) {
    this.commits = commits;
    this.fetchGate = fetchGate;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new NotifyingProducer(config, commits);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new GatedConsumer(config, fetchGate);
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
  private static final class NotifyingProducer extends KafkaProducer<byte[], byte[]> {
    private final CommitListeners commits;

    NotifyingProducer(Map<String, Object> config, CommitListeners commits) {
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
   * Pauses partitions that are closed, but only for the length of a poll: Kafka Streams pauses and
   * resumes partitions too, and must find them as it left them. Used by one stream thread.
   */
  private static final class GatedConsumer extends KafkaConsumer<byte[], byte[]> {
    private final FetchGate fetchGate;
    private final BoundedFetch fetch;
    private final Set<TopicPartition> closed = new HashSet<>();

    GatedConsumer(Map<String, Object> config, FetchGate fetchGate) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.fetchGate = fetchGate;
      this.fetch = BoundedFetch.in(this);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
      super.pause(partitions);
      // A rebalance within the poll pauses these; the poll must not resume them.
      closed.removeAll(partitions);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      closed.addAll(assignment());
      closed.removeIf(fetchGate::isOpen);
      closed.removeAll(paused());
      super.pause(closed);
      fetch.beforePoll();
      try {
        return super.poll(timeout);
      } finally {
        // A rebalance may have revoked some.
        closed.retainAll(assignment());
        resume(closed);
        closed.clear();
      }
    }
  }
}
