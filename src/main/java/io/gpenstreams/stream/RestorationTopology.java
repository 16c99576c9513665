package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Topics;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * {@code image-uploaded} → restoration → {@code restored-image} or {@code
 * image-restoration-failed}.
 */
public final class RestorationTopology {
  static final String RESTORED = "restored";
  static final String FAILED = "failed";

  private static final String UPLOADED = "uploaded";
  private static final String RESTORATION = "restoration";

  private RestorationTopology() {}

  /**
   * Builds the topology.
   *
   * @param restoration restores one image; throws {@link io.gpenstreams.event.RestorationException}
   * @param metrics counts the outcomes
   */
  public static Topology build(
      Function<ImageUploaded, RestoredImage> restoration,
      RetryPolicy retry,
      OutcomeMetrics metrics) {
    ByteArraySerializer serializer = new ByteArraySerializer();
    ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
    return new Topology()
        .addSource(UPLOADED, deserializer, deserializer, Topics.IMAGE_UPLOADED)
        .addProcessor(
            RESTORATION, () -> new RestorationProcessor(restoration, retry, metrics), UPLOADED)
        .addSink(RESTORED, Topics.RESTORED_IMAGE, serializer, serializer, RESTORATION)
        .addSink(FAILED, Topics.IMAGE_RESTORATION_FAILED, serializer, serializer, RESTORATION);
  }
}
