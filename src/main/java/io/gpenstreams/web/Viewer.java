package io.gpenstreams.web;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.storage.PhotoStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Creates the parts of the viewer, and runs the reader's thread while the service runs, unless
 * {@code gpen.viewer.enabled} is false. Only the thread that starts and stops the service uses its
 * fields.
 */
@ApplicationScoped
class Viewer {
  private static final int OUTCOMES = 200;
  private static final long EVENT_BYTES = 8 << 20;
  // Every record is followed by the marker that commits it, which has an offset too.
  private static final int LOOK_BACK = 2 * OUTCOMES;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private static final int PICTURES_AT_ONCE = 16;
  // While one is read, its parts and the whole are there.
  private static final int READING = 2;
  private static final int LARGEST_PICTURES = 4;
  private static final int PICTURES_WAITING = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private OutcomeReader reader;
  private Thread thread;

  @Produces
  @Singleton
  RecentOutcomes outcomes() {
    return new RecentOutcomes(OUTCOMES, EVENT_BYTES);
  }

  @Produces
  @Singleton
  Pictures pictures(PhotoStore store) {
    return new Pictures(store);
  }

  @Produces
  @Singleton
  PictureTurns turns(GpenConfig config) {
    long largest = config.limits().sourceBytes().asLongValue();
    return new PictureTurns(
        PICTURES_AT_ONCE,
        READING * largest,
        LARGEST_PICTURES * largest,
        PICTURES_WAITING,
        PATIENCE);
  }

  void start(
      @Observes StartupEvent event,
      GpenConfig config,
      StreamsConfig streams,
      RecentOutcomes outcomes) {
    if (!config.viewer().enabled()) {
      return;
    }
    Map<String, Object> settings = consumerSettings(streams);
    reader =
        new OutcomeReader(
            () ->
                new KafkaConsumer<>(
                    settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
            outcomes,
            LOOK_BACK,
            PAUSE,
            Clock.systemUTC());
    thread = new Thread(reader, "viewer-outcomes");
    thread.setDaemon(true);
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    if (thread != null) {
      reader.stop();
      thread.join(STOP_LIMIT.toMillis());
    }
  }

  /**
   * Settings for a consumer without a group. It connects to the cluster with the stream's settings,
   * wherever the operator has set them.
   */
  static Map<String, Object> consumerSettings(StreamsConfig streams) {
    Map<String, Object> settings = new HashMap<>(streams.getRestoreConsumerConfigs("gpen-viewer"));
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 50);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 << 20);
    return settings;
  }
}
