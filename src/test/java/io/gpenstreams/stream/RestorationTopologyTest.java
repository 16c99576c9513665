package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.OriginalTimestamp;
import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** What becomes of records, without a broker and without photos. */
class RestorationTopologyTest {

  @Test
  void aRetryableFailureIsTriedAgainUntilItSucceeds() {
    List<String> tries = new ArrayList<>();
    try (DrivenTask task =
        new DrivenTask(
            (image, clock) -> {
              tries.add(image.imageId());
              if (tries.size() < 3) {
                throw new RestorationException(
                    ErrorCode.MODEL_FAILED, Stage.RESTORE, "the device is full");
              }
              return SimulatedTask.unchanged(image);
            })) {
      task.upload("a");
      task.settle();

      assertThat(task.restored).extracting(RestoredImage::imageId).containsExactly("a");
      assertThat(task.letters).isEmpty();
    }
    assertThat(tries).containsExactly("a", "a", "a");
  }

  @Test
  void aFailureThatStaysBecomesADeadLetterWithItsAttempts() {
    try (DrivenTask task =
        new DrivenTask(
            (image, clock) -> {
              throw new RestorationException(
                  ErrorCode.MODEL_FAILED, Stage.RESTORE, "the device is full");
            })) {
      task.upload("a");
      task.settle();

      List<RestorationFailed> letters = task.letters;
      assertThat(letters).hasSize(1);
      assertThat(letters.get(0).attempts()).isEqualTo(3);
      assertThat(letters.get(0).error().code()).isEqualTo(ErrorCode.MODEL_FAILED);
      assertThat(letters.get(0).error().stage()).isEqualTo(Stage.RESTORE);
      assertThat(letters.get(0).error().retryable()).isTrue();
      assertThat(letters.get(0).imageId()).isEqualTo("a");
      assertThat(task.restored).isEmpty();
    }
  }

  @Test
  void aFinalFailureIsNotTriedAgain() {
    List<String> tries = new ArrayList<>();
    try (DrivenTask task =
        new DrivenTask(
            (image, clock) -> {
              tries.add(image.imageId());
              throw new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "damaged");
            })) {
      task.upload("a");
      task.settle();

      assertThat(task.letters).extracting(RestorationFailed::attempts).containsExactly(1);
    }
    assertThat(tries).hasSize(1);
  }

  @Test
  void anErrorOfTheServiceItselfIsADeadLetterToo() {
    try (DrivenTask task =
        new DrivenTask(
            (image, clock) -> {
              throw new IllegalStateException("a bug");
            })) {
      task.upload("a");
      task.settle();

      RestorationFailed letter = task.letters.get(0);
      assertThat(letter.error().code()).isEqualTo(ErrorCode.INTERNAL);
      assertThat(letter.error().message()).contains("a bug");
      assertThat(letter.attempts()).isEqualTo(3);
    }
  }

  @Test
  void anErrorThatIsNotAboutThePhotoStopsTheService() {
    try (DrivenTask task =
        new DrivenTask(
            (image, clock) -> {
              throw new LinkageError("a broken installation");
            })) {
      task.upload("a");
      task.settle();
      assertThat(task.workshop.broken()).isTrue();
      assertThat(task.restored).isEmpty();
      assertThat(task.letters).isEmpty();
    }
  }

  @Test
  void theImagesOfOneRecordHaveIdsAndOutcomesOfTheirOwn() {
    String record =
        "{\"eventVersion\":\"2.1\",\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"photos\"},\"object\":{\"key\":\"%s\"}}}";
    try (DrivenTask task =
        new DrivenTask(
            (image, clock) -> {
              if (image.imageId().endsWith("bad")) {
                throw new RestorationException(
                    ErrorCode.SOURCE_NOT_FOUND, Stage.FETCH, "not there");
              }
              return SimulatedTask.unchanged(image);
            })) {
      task.send(
          "{\"Records\":[%s,%s,%s]}"
              .formatted(record.formatted("x"), record.formatted("bad"), record.formatted("y")));
      task.settle();

      assertThat(task.eventIds)
          .containsExactlyInAnyOrder(
              "image-uploaded-0-0-0", "image-uploaded-0-0-1", "image-uploaded-0-0-2");
      assertThat(task.restored)
          .extracting(RestoredImage::imageId)
          .containsExactly("photos/x", "photos/y");
      assertThat(task.letters).extracting(RestorationFailed::imageId).containsExactly("photos/bad");
    }
  }

  @Test
  void outcomesHaveTheTimeAtWhichTheyCameToBe() {
    Headers none = new RecordHeaders();
    try (DrivenTask task = new DrivenTask((image, clock) -> SimulatedTask.unchanged(image))) {
      task.send(DrivenTask.event("old").getBytes(UTF_8), none, Instant.EPOCH);
      task.send("no event".getBytes(UTF_8), none, Instant.parse("2999-01-01T00:00:00Z"));
      task.settle();

      assertThat(task.outcomes)
          .hasSize(2)
          .allSatisfy(
              outcome ->
                  assertThat(outcome.getRecordTime())
                      .isBetween(Instant.parse("2026-11-23T03:20:00Z"), task.clock.instant()));
      assertThat(task.outcomes)
          .extracting(outcome -> text(outcome.headers(), OriginalTimestamp.NAME))
          .containsExactlyInAnyOrder("0", "32472144000000");
      assertThat(task.outcomes)
          .allSatisfy(
              outcome ->
                  assertThat(outcome.headers())
                      .noneSatisfy(header -> assertThat(header.key()).contains("gpen-own-time")));
    }
  }

  @Test
  void aRecordOverTheLimitsIsADeadLetterThatRefersToIt() {
    Headers many = new RecordHeaders();
    for (int i = 0; i <= RecordLimits.MAX_HEADERS; i++) {
      many.add("h", null);
    }
    Headers most = new RecordHeaders(Arrays.copyOf(many.toArray(), RecordLimits.MAX_HEADERS));
    byte[] event = DrivenTask.event("a").getBytes(UTF_8);
    byte[] largest = Arrays.copyOf(event, RecordLimits.MAX_VALUE_BYTES);
    Arrays.fill(largest, event.length, largest.length, (byte) ' ');
    byte[] tooLarge = Arrays.copyOf(largest, RecordLimits.MAX_VALUE_BYTES + 1);
    try (DrivenTask task = new DrivenTask((image, clock) -> SimulatedTask.unchanged(image))) {
      task.send(largest, most, Instant.EPOCH);
      task.send(tooLarge, new RecordHeaders(), Instant.EPOCH);
      task.send(event, many, Instant.EPOCH);
      task.settle();

      assertThat(task.restored).hasSize(1);
      assertThat(task.letters)
          .extracting(letter -> letter.error().code())
          .containsExactly(ErrorCode.EVENT_TOO_LARGE, ErrorCode.EVENT_TOO_LARGE);
      assertThat(task.letters)
          .extracting(letter -> letter.eventReference().offset())
          .containsExactly(1L, 2L);
      assertThat(task.letters.get(0).eventReference().sha256())
          .isEqualTo(DigestUtils.sha256Hex(tooLarge));
      assertThat(task.letters.get(1).error().message())
          .isEqualTo("The record has 65 headers, of which at most 64 are read");
      assertThat(task.rows).isEmpty();
    }
  }

  @Test
  void aRowOfTheLargestRecordFitsIntoTheChangelog() {
    try (DrivenTask task = new DrivenTask((image, clock) -> SimulatedTask.unchanged(image))) {
      byte[] event = DrivenTask.event("a").getBytes(UTF_8);
      byte[] largest = Arrays.copyOf(event, RecordLimits.MAX_VALUE_BYTES);
      Arrays.fill(largest, event.length, largest.length, (byte) ' ');
      Headers full = new RecordHeaders();
      int each = RecordLimits.MAX_HEADER_BYTES / RecordLimits.MAX_HEADERS;
      for (int i = 0; i < RecordLimits.MAX_HEADERS; i++) {
        full.add("h", new byte[each - 1]);
      }
      task.send(largest, full, Instant.EPOCH);

      assertThat(task.rows.values())
          .extracting(row -> row.length)
          .allSatisfy(length -> assertThat(length).isLessThan(TopicLimits.LARGEST_RECORD))
          .anySatisfy(length -> assertThat(length).isGreaterThan(544 << 10));
    }
  }

  @Test
  void aNotificationOfNothingHasNoOutcome() {
    try (DrivenTask task = new DrivenTask((image, clock) -> SimulatedTask.unchanged(image))) {
      task.send("{\"Event\":\"s3:TestEvent\",\"Service\":\"Amazon S3\",\"Bucket\":\"photos\"}");
      task.settle();

      assertThat(task.restored).isEmpty();
      assertThat(task.letters).isEmpty();
    }
  }

  @Test
  void outcomesAreCounted() {
    try (DrivenTask task =
        new DrivenTask(
            (image, clock) -> {
              if (image.imageId().equals("bad")) {
                throw new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "bad");
              }
              return SimulatedTask.unchanged(image);
            })) {
      task.upload("a");
      task.settle();
      task.upload("bad");
      task.settle();
      task.send("no event");

      assertThat(photos(task, "unchanged", "none")).isEqualTo(1);
      assertThat(photos(task, "failed", "IMAGE_CORRUPT")).isEqualTo(1);
      assertThat(photos(task, "failed", "INVALID_EVENT")).isEqualTo(1);
    }
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }

  private static double photos(DrivenTask task, String outcome, String code) {
    return task.meters.get("gpen.photos").tags("outcome", outcome, "code", code).counter().count();
  }
}
