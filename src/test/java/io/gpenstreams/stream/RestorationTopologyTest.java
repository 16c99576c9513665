package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** What becomes of records, without a broker and without photos. */
class RestorationTopologyTest {
  private static final RetryPolicy THRICE =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
  private static final EventJson JSON = new EventJson();

  @Test
  void aRetryableFailureIsTriedAgainUntilItSucceeds() {
    List<String> tries = new ArrayList<>();
    try (Driver driver =
        new Driver(
            image -> {
              tries.add(image.imageId());
              if (tries.size() < 3) {
                throw new RestorationException(
                    ErrorCode.MODEL_FAILED, Stage.RESTORE, "the device is full");
              }
              return SimulatedTask.unchanged(image);
            })) {
      driver.send(event("a"));

      assertThat(driver.restored()).extracting(RestoredImage::imageId).containsExactly("a");
      assertThat(driver.failed()).isEmpty();
    }
    assertThat(tries).containsExactly("a", "a", "a");
  }

  @Test
  void aFailureThatStaysBecomesADeadLetterWithItsAttempts() {
    try (Driver driver =
        new Driver(
            image -> {
              throw new RestorationException(
                  ErrorCode.MODEL_FAILED, Stage.RESTORE, "the device is full");
            })) {
      driver.send(event("a"));

      List<RestorationFailed> letters = driver.failed();
      assertThat(letters).hasSize(1);
      assertThat(letters.get(0).attempts()).isEqualTo(3);
      assertThat(letters.get(0).error().code()).isEqualTo(ErrorCode.MODEL_FAILED);
      assertThat(letters.get(0).error().stage()).isEqualTo(Stage.RESTORE);
      assertThat(letters.get(0).error().retryable()).isTrue();
      assertThat(letters.get(0).imageId()).isEqualTo("a");
      assertThat(driver.restored()).isEmpty();
    }
  }

  @Test
  void aFinalFailureIsNotTriedAgain() {
    List<String> tries = new ArrayList<>();
    try (Driver driver =
        new Driver(
            image -> {
              tries.add(image.imageId());
              throw new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "damaged");
            })) {
      driver.send(event("a"));

      assertThat(driver.failed()).extracting(RestorationFailed::attempts).containsExactly(1);
    }
    assertThat(tries).hasSize(1);
  }

  @Test
  void anErrorOfTheServiceItselfIsADeadLetterToo() {
    try (Driver driver =
        new Driver(
            image -> {
              throw new IllegalStateException("a bug");
            })) {
      driver.send(event("a"));

      RestorationFailed letter = driver.failed().get(0);
      assertThat(letter.error().code()).isEqualTo(ErrorCode.INTERNAL);
      assertThat(letter.error().message()).contains("a bug");
      assertThat(letter.attempts()).isEqualTo(3);
    }
  }

  @Test
  void anErrorThatIsNotAboutThePhotoStopsTheService() {
    try (Driver driver =
        new Driver(
            image -> {
              throw new LinkageError("a broken installation");
            })) {
      driver.send(event("a"));
      assertThat(driver.workshop.broken()).isTrue();
      assertThat(driver.restored()).isEmpty();
      assertThat(driver.failed()).isEmpty();
    }
  }

  @Test
  void theImagesOfOneRecordHaveIdsAndOutcomesOfTheirOwn() {
    String record =
        "{\"eventVersion\":\"2.1\",\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"photos\"},\"object\":{\"key\":\"%s\"}}}";
    try (Driver driver =
        new Driver(
            image -> {
              if (image.imageId().endsWith("bad")) {
                throw new RestorationException(
                    ErrorCode.SOURCE_NOT_FOUND, Stage.FETCH, "not there");
              }
              return SimulatedTask.unchanged(image);
            })) {
      driver.send(
          "{\"Records\":[%s,%s,%s]}"
              .formatted(record.formatted("x"), record.formatted("bad"), record.formatted("y")));

      assertThat(driver.outcomeIds())
          .containsExactlyInAnyOrder(
              "image-uploaded-0-0-0", "image-uploaded-0-0-1", "image-uploaded-0-0-2");
      assertThat(driver.restored())
          .extracting(RestoredImage::imageId)
          .containsExactly("photos/x", "photos/y");
      assertThat(driver.failed())
          .extracting(RestorationFailed::imageId)
          .containsExactly("photos/bad");
    }
  }

  @Test
  void aNotificationOfNothingHasNoOutcome() {
    try (Driver driver = new Driver(SimulatedTask::unchanged)) {
      driver.send("{\"Event\":\"s3:TestEvent\",\"Service\":\"Amazon S3\",\"Bucket\":\"photos\"}");

      assertThat(driver.restored()).isEmpty();
      assertThat(driver.failed()).isEmpty();
    }
  }

  private static String event(String imageId) {
    return "{\"imageId\":\"%s\",\"source\":{\"bucket\":\"photos\",\"key\":\"k\"}}"
        .formatted(imageId);
  }

  @Test
  void outcomesAreCounted() {
    try (Driver driver =
        new Driver(
            image -> {
              if (image.imageId().equals("bad")) {
                throw new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "bad");
              }
              return SimulatedTask.unchanged(image);
            })) {
      driver.send(event("a"));
      driver.send(event("bad"));
      driver.send("no event");

      assertThat(driver.photos("unchanged", "none")).isEqualTo(1);
      assertThat(driver.photos("failed", "IMAGE_CORRUPT")).isEqualTo(1);
      assertThat(driver.photos("failed", "INVALID_EVENT")).isEqualTo(1);
    }
  }

  /** The topology on a driver, and what it wrote since it was last asked. */
  private static final class Driver implements AutoCloseable {
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> uploaded;
    private final List<TestRecord<byte[], byte[]>> restored = new ArrayList<>();
    private final List<TestRecord<byte[], byte[]>> failed = new ArrayList<>();
    private final TestOutputTopic<byte[], byte[]> restoredTopic;
    private final TestOutputTopic<byte[], byte[]> failedTopic;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    private final TestClock clock = new TestClock();
    private final TestWorkers workers = new TestWorkers();
    private final Commits commits = new Commits();
    private final Workshop workshop =
        new Workshop(
            "process",
            4,
            Duration.ZERO,
            new StorageCircuit(THRICE, new Random(1), clock),
            clock,
            workers,
            clock::photo);

    Driver(Function<ImageUploaded, RestoredImage> restoration) {
      Properties properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
      driver =
          new TopologyTestDriver(
              RestorationTopology.build(
                  (image, photo) -> restoration.apply(image),
                  new StreamSettings(
                      THRICE, new CrashRule(2), 100, Duration.ofMillis(20), Duration.ofMinutes(1)),
                  workshop,
                  commits,
                  new Intake(),
                  new OutcomeMetrics(meters),
                  new PendingMetrics(meters, workshop)),
              properties);
      ByteArraySerializer serializer = new ByteArraySerializer();
      ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
      uploaded = driver.createInputTopic(Topics.IMAGE_UPLOADED, serializer, serializer);
      restoredTopic = driver.createOutputTopic(Topics.RESTORED_IMAGE, deserializer, deserializer);
      failedTopic =
          driver.createOutputTopic(Topics.IMAGE_RESTORATION_FAILED, deserializer, deserializer);
    }

    void send(String value) {
      uploaded.pipeInput(value.getBytes(UTF_8));
      do {
        commits.committed();
        workers.runAll();
        driver.advanceWallClockTime(Duration.ofMillis(20));
        commits.committed();
      } while (workers.queued() > 0);
      restored.addAll(restoredTopic.readRecordsToList());
      failed.addAll(failedTopic.readRecordsToList());
    }

    List<RestoredImage> restored() {
      return restored.stream().map(record -> JSON.readRestored(record.value())).toList();
    }

    List<RestorationFailed> failed() {
      return failed.stream().map(record -> JSON.readFailed(record.value())).toList();
    }

    double photos(String outcome, String code) {
      return meters.get("gpen.photos").tags("outcome", outcome, "code", code).counter().count();
    }

    List<String> outcomeIds() {
      List<TestRecord<byte[], byte[]>> all = new ArrayList<>(restored);
      all.addAll(failed);
      return all.stream()
          .map(record -> new String(record.headers().lastHeader("ce_id").value(), UTF_8))
          .toList();
    }

    @Override
    public void close() {
      driver.close();
    }
  }
}
