package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Topics;
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
   * @param buckets whether photos of a source bucket can be read now
   * @param workshop shared by all tasks, as are {@code commits} and {@code intake}, which the
   *     stream's clients use too
   * @param stores for pending images: {@link #inMemory}, or a test's
   */
  static Topology build(
      BiFunction<ImageUploaded, StageClock, RestoredImage> restoration,
      Predicate<String> buckets,
      StreamSettings settings,
      Workshop workshop,
      Commits commits,
      Intake intake,
      OutcomeMetrics outcomeMetrics,
      PendingMetrics pendingMetrics,
      PhotoTracing tracing,
      KeyValueBytesStoreSupplier stores) {
    ByteArraySerializer serializer = new ByteArraySerializer();
    ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
    Outcomes outcomes = new Outcomes(outcomeMetrics);
    return new Topology()
        .addSource(
            AS_CONFIGURED,
            UPLOADED,
            new IntakeTime(),
            deserializer,
            deserializer,
            Topics.IMAGE_UPLOADED)
        .addProcessor(
            RESTORATION,
            () ->
                new RestorationProcessor(
                    restoration,
                    buckets,
                    settings,
                    workshop,
                    commits,
                    intake,
                    outcomes,
                    pendingMetrics,
                    tracing),
            UPLOADED)
        .addStateStore(pending(stores), RESTORATION)
        .addSink(RESTORED, Topics.RESTORED_IMAGE, serializer, serializer, RESTORATION)
        .addSink(FAILED, Topics.IMAGE_RESTORATION_FAILED, serializer, serializer, RESTORATION);
  }

  // In memory, because it is small, and because after a crash Kafka Streams would throw a store on
  // disk away: only the changelog knows what was committed.
  static KeyValueBytesStoreSupplier inMemory() {
    return Stores.inMemoryKeyValueStore(PENDING);
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> pending(KeyValueBytesStoreSupplier stores) {
    return Stores.keyValueStoreBuilder(stores, Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(TopicLimits.CHANGELOG)
        .withCachingDisabled();
  }
}
