package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.OriginalTimestamp;
import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.restore.StageClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The topology on Kafka's {@link TopologyTestDriver}: source, store, changelog and sinks around the
 * processor. The driver ends a transaction after each record and each tick.
 */
class RestorationTopologyTest {
  private static final String APPLICATION = "test";
  private static final Duration TICK = Duration.ofMillis(20);
  private static final EventJson JSON = new EventJson();

  private final TestClock clock = new TestClock();
  private final TestWorkers workers = new TestWorkers();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final CommitListeners commits = new CommitListeners();
  private final TopologyTestDriver driver = driver();
  private final List<TestRecord<byte[], byte[]>> restored = new ArrayList<>();
  private final List<TestRecord<byte[], byte[]>> failed = new ArrayList<>();

  private TopologyTestDriver driver() {
    WorkerPool pool =
        new WorkerPool("process", 4, Duration.ofMinutes(1), clock, workers, clock::photo);
    RetryPolicy retry =
        new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(6));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    return new TopologyTestDriver(
        RestorationTopology.build(
            RestorationTopologyTest::restore,
            bucket -> true,
            new StreamSettings(
                retry, new PoisonPillRule(2), 100, TICK, Duration.ofMinutes(20), TICK),
            pool,
            commits,
            new FetchGate(),
            new OutcomeMetrics(meters),
            new PendingMetrics(new SimpleMeterRegistry(), pool, () -> false),
            new PhotoTracing(OpenTelemetry.noop(), InstantSource.system()),
            RestorationTopology.inMemory()),
        properties,
        clock.instant());
  }

  private static RestoredImage restore(ImageUploaded image, StageClock photo) {
    if (image.imageId().endsWith("bad")) {
      throw new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "bad");
    }
    return ProcessorHarness.unchanged(image);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private void send(byte[] value, Headers headers, Instant time) {
    ByteArraySerializer serializer = new ByteArraySerializer();
    driver
        .createInputTopic(Topics.IMAGE_UPLOADED, serializer, serializer)
        .pipeInput(new TestRecord<>(null, value, headers, time));
    commits.committed();
  }

  private void send(String value) {
    send(value.getBytes(UTF_8), new RecordHeaders(), clock.instant());
  }

  /** Goes on until nothing happens any more, and reads the outcomes. */
  private void settle() {
    for (int quiet = 0; quiet < 3; ) {
      quiet = workers.runAll() ? 0 : quiet + 1;
      clock.advance(TICK);
      driver.advanceWallClockTime(TICK);
      commits.committed();
    }
    restored.addAll(topic(Topics.RESTORED_IMAGE).readRecordsToList());
    failed.addAll(topic(Topics.IMAGE_RESTORATION_FAILED).readRecordsToList());
  }

  private TestOutputTopic<byte[], byte[]> topic(String name) {
    ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
    return driver.createOutputTopic(name, deserializer, deserializer);
  }

  private List<String> restoredIds() {
    return restored.stream().map(record -> JSON.readRestored(record.value()).imageId()).toList();
  }

  private List<RestorationFailed> letters() {
    return failed.stream().map(record -> JSON.readFailed(record.value())).toList();
  }

  private List<TestRecord<byte[], byte[]>> outcomes() {
    return Stream.concat(restored.stream(), failed.stream()).toList();
  }

  @Test
  void theImagesOfOneRecordHaveIdsAndOutcomesOfTheirOwn() {
    String record =
        "{\"eventVersion\":\"2.1\",\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"photos\"},\"object\":{\"key\":\"%s\"}}}";
    send(
        "{\"Records\":[%s,%s,%s]}"
            .formatted(record.formatted("x"), record.formatted("bad"), record.formatted("y")));
    settle();

    assertThat(outcomes())
        .extracting(outcome -> text(outcome.headers(), "ce_id"))
        .containsExactlyInAnyOrder(
            "image-uploaded-0-0-0", "image-uploaded-0-0-1", "image-uploaded-0-0-2");
    assertThat(restoredIds()).containsExactly("photos/x", "photos/y");
    assertThat(letters()).extracting(RestorationFailed::imageId).containsExactly("photos/bad");
  }

  @Test
  void outcomesHaveTheTimeAtWhichTheyCameToBe() {
    Headers none = new RecordHeaders();
    send(Uploads.event("old", "k").getBytes(UTF_8), none, Instant.EPOCH);
    send("no event".getBytes(UTF_8), none, Instant.parse("2999-01-01T00:00:00Z"));
    settle();

    assertThat(outcomes())
        .hasSize(2)
        .allSatisfy(
            outcome ->
                assertThat(outcome.getRecordTime())
                    .isBetween(Instant.parse("2026-11-23T03:20:00Z"), clock.instant()));
    assertThat(outcomes())
        .extracting(outcome -> text(outcome.headers(), OriginalTimestamp.NAME))
        .containsExactlyInAnyOrder("0", "32472144000000");
    assertThat(outcomes())
        .allSatisfy(
            outcome ->
                assertThat(outcome.headers())
                    .noneSatisfy(header -> assertThat(header.key()).contains("gpen-own-time")));
  }

  @Test
  void aRecordOverTheLimitsIsADeadLetterThatRefersToIt() {
    Headers many = new RecordHeaders();
    for (int i = 0; i <= RecordLimits.MAX_HEADERS; i++) {
      many.add("h", null);
    }
    Headers most = new RecordHeaders(Arrays.copyOf(many.toArray(), RecordLimits.MAX_HEADERS));
    byte[] event = Uploads.event("a", "k").getBytes(UTF_8);
    byte[] largest = paddedTo(RecordLimits.MAX_VALUE_BYTES, event);
    byte[] tooLarge = Arrays.copyOf(largest, RecordLimits.MAX_VALUE_BYTES + 1);
    send(largest, most, Instant.EPOCH);
    send(tooLarge, new RecordHeaders(), Instant.EPOCH);
    send(event, many, Instant.EPOCH);
    settle();

    assertThat(restored).hasSize(1);
    assertThat(letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.EVENT_TOO_LARGE, ErrorCode.EVENT_TOO_LARGE);
    assertThat(letters())
        .extracting(letter -> letter.eventReference().offset())
        .containsExactly(1L, 2L);
    assertThat(letters().get(0).eventReference().sha256())
        .isEqualTo(DigestUtils.sha256Hex(tooLarge));
    assertThat(letters().get(1).error().message())
        .isEqualTo("The record has 65 headers, of which at most 64 are read");
    assertThat(driver.getKeyValueStore(RestorationTopology.PENDING).all()).isExhausted();
  }

  @Test
  void aRowOfTheLargestRecordFitsIntoTheChangelog() {
    byte[] largest =
        paddedTo(RecordLimits.MAX_VALUE_BYTES, Uploads.event("a", "k").getBytes(UTF_8));
    Headers full = new RecordHeaders();
    int each = RecordLimits.MAX_HEADER_BYTES / RecordLimits.MAX_HEADERS;
    for (int i = 0; i < RecordLimits.MAX_HEADERS; i++) {
      full.add("h", new byte[each - 1]);
    }
    send(largest, full, Instant.EPOCH);

    assertThat(topic(APPLICATION + "-pending-changelog").readRecordsToList())
        .extracting(row -> row.value().length)
        .allSatisfy(length -> assertThat(length).isLessThan(TopicLimits.LARGEST_RECORD))
        .anySatisfy(length -> assertThat(length).isGreaterThan(544 << 10));
  }

  private static byte[] paddedTo(int length, byte[] event) {
    byte[] padded = Arrays.copyOf(event, length);
    Arrays.fill(padded, event.length, length, (byte) ' ');
    return padded;
  }

  @Test
  void aNotificationOfNothingHasNoOutcome() {
    send("{\"Event\":\"s3:TestEvent\",\"Service\":\"Amazon S3\",\"Bucket\":\"photos\"}");
    settle();

    assertThat(outcomes()).isEmpty();
  }

  @Test
  void outcomesAreCounted() {
    send(Uploads.event("a", "k"));
    settle();
    send(Uploads.event("bad", "k"));
    settle();
    send("no event");

    assertThat(photos("unchanged", "none")).isEqualTo(1);
    assertThat(photos("failed", "IMAGE_CORRUPT")).isEqualTo(1);
    assertThat(photos("failed", "INVALID_EVENT")).isEqualTo(1);
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }

  private double photos(String outcome, String code) {
    return meters.get("gpen.photos").tags("outcome", outcome, "code", code).counter().count();
  }
}
