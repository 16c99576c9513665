package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.restore.StageClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The topology on Kafka's {@link TopologyTestDriver}, over the lives of the processes that have its
 * one task. The driver ends a transaction after each record and each tick; what it wrote to the
 * changelog until then is what the next owner finds in its store.
 *
 * <p>The driver counts records from 0 again for each owner, so all records come to the first.
 */
final class DrivenTask implements AutoCloseable {
  static final Duration TICK = Duration.ofMillis(20);
  static final Duration CALM = Duration.ofMinutes(1);
  static final Duration BACKOFF = Duration.ofHours(1);
  static final Duration OUTAGE = Duration.ofHours(6);
  static final Duration OVERRUN = Duration.ofMinutes(20);
  static final int PLACES = 4;

  private static final String APPLICATION = "test";
  private static final String CHANGELOG =
      APPLICATION + "-" + RestorationTopology.PENDING + "-changelog";
  // So long that a wait of no length, which full jitter allows, does not happen.
  private static final RetryPolicy RETRY = new RetryPolicy(3, BACKOFF, BACKOFF, OUTAGE);
  private static final EventJson JSON = new EventJson();

  final TestClock clock = new TestClock();
  final MeterRegistry meters = new SimpleMeterRegistry();
  final List<RestoredImage> restored = new ArrayList<>();
  final List<RestorationFailed> letters = new ArrayList<>();
  final List<String> eventIds = new ArrayList<>();

  /** All of both kinds, as records. */
  final List<TestRecord<byte[], byte[]>> outcomes = new ArrayList<>();

  /** The rows of the store, as committed. */
  final Map<Bytes, byte[]> rows = new TreeMap<>();

  /** Whether no photo can be read now. */
  boolean bucketsAway;

  private final BiFunction<ImageUploaded, StageClock, RestoredImage> restoration;
  private final OutcomeMetrics outcomeMetrics = new OutcomeMetrics(meters);
  private int lives;

  // Of the living process.
  TestWorkers workers;
  Workshop workshop;
  private Commits commits;

  // Of the task's time in it.
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> uploadedTopic;
  private TestOutputTopic<byte[], byte[]> restoredTopic;
  private TestOutputTopic<byte[], byte[]> failedTopic;
  private TestOutputTopic<byte[], byte[]> changelog;

  DrivenTask(BiFunction<ImageUploaded, StageClock, RestoredImage> restoration) {
    this.restoration = restoration;
    startProcess();
  }

  private void startProcess() {
    workers = new TestWorkers();
    commits = new Commits();
    workshop = new Workshop("process-" + ++lives, PLACES, CALM, clock, workers, clock::photo);
    open();
  }

  private void open() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    driver =
        new TopologyTestDriver(
            RestorationTopology.build(
                restoration,
                bucket -> !bucketsAway,
                new StreamSettings(RETRY, new CrashRule(2), 100, TICK, OVERRUN, TICK),
                workshop,
                commits,
                new Intake(),
                outcomeMetrics,
                new PendingMetrics(new SimpleMeterRegistry(), workshop, () -> false),
                new PhotoTracing(OpenTelemetry.noop(), InstantSource.system()),
                new Restored(rows)),
            properties,
            clock.instant());
    ByteArraySerializer serializer = new ByteArraySerializer();
    ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
    uploadedTopic = driver.createInputTopic(Topics.IMAGE_UPLOADED, serializer, serializer);
    restoredTopic = driver.createOutputTopic(Topics.RESTORED_IMAGE, deserializer, deserializer);
    failedTopic =
        driver.createOutputTopic(Topics.IMAGE_RESTORATION_FAILED, deserializer, deserializer);
    changelog = driver.createOutputTopic(CHANGELOG, deserializer, deserializer);
  }

  /** Stores that hold what was committed: the driver restores none from its changelog. */
  private record Restored(Map<Bytes, byte[]> rows) implements KeyValueBytesStoreSupplier {
    @Override
    public String name() {
      return RestorationTopology.PENDING;
    }

    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      KeyValueStore<Bytes, byte[]> store = RestorationTopology.inMemory().get();
      rows.forEach(store::put);
      return store;
    }

    @Override
    public String metricsScope() {
      return RestorationTopology.inMemory().metricsScope();
    }
  }

  /** A record asks for an image, and its transaction is committed. */
  void upload(String imageId) {
    send(event(imageId));
  }

  /** A record comes, and its transaction is committed. */
  void send(String value) {
    sendUnheard(value);
    hear();
  }

  /** As {@link #send}, up to the moment before the task hears of the commit. */
  void sendUnheard(String value) {
    uploadedTopic.pipeInput(value.getBytes(UTF_8));
    takeCommitted();
  }

  /** As {@link #send}, with all that a record has. */
  void send(byte[] value, Headers headers, Instant time) {
    uploadedTopic.pipeInput(new TestRecord<>(null, value, headers, time));
    takeCommitted();
    hear();
  }

  /** The task hears that all is committed. */
  void hear() {
    commits.committed();
  }

  /** Time passes, the task is called if it wants to be, and what it does is committed. */
  void tick(Duration time) {
    clock.advance(time);
    driver.advanceWallClockTime(time);
    takeCommitted();
    hear();
  }

  private void takeCommitted() {
    for (TestRecord<byte[], byte[]> record : restoredTopic.readRecordsToList()) {
      restored.add(JSON.readRestored(record.value()));
      outcomes.add(record);
      eventIds.add(eventId(record));
    }
    for (TestRecord<byte[], byte[]> record : failedTopic.readRecordsToList()) {
      letters.add(JSON.readFailed(record.value()));
      outcomes.add(record);
      eventIds.add(eventId(record));
    }
    for (TestRecord<byte[], byte[]> row : changelog.readRecordsToList()) {
      if (row.value() == null) {
        rows.remove(Bytes.wrap(row.key()));
      } else {
        rows.put(Bytes.wrap(row.key()), row.value());
      }
    }
  }

  /** What is committed about the images of an id. */
  List<Progress> progress(String imageId) {
    return new Pending(new Restored(rows).get(), clock.instant())
        .all().stream()
            .filter(image -> image.image().imageId().equals(imageId))
            .map(PendingImage::progress)
            .toList();
  }

  /** The service is told to stop, and has no patience. */
  void stop() {
    try {
      workshop.drain(Duration.ZERO, Duration.ZERO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The process dies, or loses the task, and another gets it. What the driver does when it is
   * closed is not taken into account.
   */
  void nextProcess() {
    driver.close();
    startProcess();
  }

  /** The task is taken from the process and given back. */
  void rebalance() {
    driver.close();
    open();
  }

  /** Goes on until nothing happens any more. */
  void settle() {
    for (int quiet = 0; quiet < 3; ) {
      tick(BACKOFF);
      quiet = workers.runAll() ? 0 : quiet + 1;
    }
  }

  @Override
  public void close() {
    driver.close();
  }

  static String event(String imageId) {
    return Uploads.event(imageId, "k");
  }

  private static String eventId(TestRecord<byte[], byte[]> record) {
    return new String(record.headers().lastHeader("ce_id").value(), UTF_8);
  }
}
