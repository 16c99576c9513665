package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.event.UploadEvents;
import io.gpenstreams.restore.StageClock;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * {@code image-uploaded} → restoration → {@code restored-image} or {@code
 * image-restoration-failed}.
 */
public final class RestorationTopology {
  static final String RESTORED = "restored";
  static final String FAILED = "failed";
  static final String PENDING = "pending";

  private static final String UPLOADED = "uploaded";
  private static final String RESTORATION = "restoration";

  private static final AutoOffsetReset AS_CONFIGURED = null;

  private RestorationTopology() {}

  /**
   * Builds the topology.
   *
   * @param restoration restores one image, on a worker's thread; throws {@link
   *     io.gpenstreams.event.RestorationException}
   * @param bucketAvailable whether photos of a source bucket can be read now
   * @param pool shared by all tasks, as are {@code commits} and {@code fetchGate}, which the
   *     stream's clients use too
   * @param stores for pending images: {@link #inMemory}, or a test's
   */
  static Topology build(
      BiFunction<ImageUploaded, StageClock, RestoredImage> restoration,
      Predicate<String> bucketAvailable,
      StreamSettings settings,
      WorkerPool pool,
      CommitListeners commits,
      FetchGate fetchGate,
      OutcomeMetrics outcomeMetrics,
      PendingMetrics pendingMetrics,
      PhotoTracing tracing,
      KeyValueBytesStoreSupplier stores) {
    ByteArraySerializer serializer = new ByteArraySerializer();
    ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
    UploadEvents uploads = new UploadEvents();
    OutcomeRecords outcomes = new OutcomeRecords(outcomeMetrics, uploads);
    return new Topology()
        .addSource(
            AS_CONFIGURED,
            UPLOADED,
            new ProcessingTime(),
            deserializer,
            deserializer,
            Topics.IMAGE_UPLOADED)
        .addProcessor(
            RESTORATION,
            () ->
                new RestorationProcessor(
                    restoration,
                    bucketAvailable,
                    settings,
                    pool,
                    commits,
                    fetchGate,
                    uploads,
                    outcomes,
                    pendingMetrics,
                    tracing),
            UPLOADED)
        .addStateStore(pending(stores), RESTORATION)
        .addSink(RESTORED, Topics.RESTORED_IMAGE, serializer, serializer, RESTORATION)
        .addSink(FAILED, Topics.IMAGE_RESTORATION_FAILED, serializer, serializer, RESTORATION);
  }

  // In memory: it is small, and after a crash Kafka Streams would delete a store on disk anyway,
  // since only the changelog shows what was committed.
  static KeyValueBytesStoreSupplier inMemory() {
    return Stores.inMemoryKeyValueStore(PENDING);
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> pending(KeyValueBytesStoreSupplier stores) {
    return Stores.keyValueStoreBuilder(stores, Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(TopicLimits.CHANGELOG)
        .withCachingDisabled();
  }
}
