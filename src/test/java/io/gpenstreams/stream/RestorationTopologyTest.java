package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import java.util.ArrayList;
import java.util.List;
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

  private static double photos(DrivenTask task, String outcome, String code) {
    return task.meters.get("gpen.photos").tags("outcome", outcome, "code", code).counter().count();
  }
}
