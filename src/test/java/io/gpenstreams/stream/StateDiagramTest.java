package io.gpenstreams.stream;

import static io.gpenstreams.stream.DrivenTask.BACKOFF;
import static io.gpenstreams.stream.DrivenTask.CALM;
import static io.gpenstreams.stream.DrivenTask.OUTAGE;
import static io.gpenstreams.stream.DrivenTask.OVERRUN;
import static io.gpenstreams.stream.DrivenTask.PLACES;
import static io.gpenstreams.stream.DrivenTask.TICK;
import static io.gpenstreams.stream.SimulatedTask.alone;
import static io.gpenstreams.stream.SimulatedTask.shared;
import static io.gpenstreams.stream.SimulatedTask.unchanged;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import io.gpenstreams.restore.StageClock;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every arrow of the state diagram in docs/architecture.md, on Kafka's TopologyTestDriver. A test
 * has its arrow's name, and says when the arrow is taken.
 */
class StateDiagramTest {
  private static final Pattern ARROW = Pattern.compile("(?m)^ +(\\S+) --> (\\w+|\\[\\*])");

  // By image id; what is not there is restored.
  private final Map<String, BiFunction<ImageUploaded, StageClock, RestoredImage>> scripts =
      new HashMap<>();
  private final List<String> attempts = new ArrayList<>();
  private final DrivenTask task = new DrivenTask(this::restore);

  private RestoredImage restore(ImageUploaded image, StageClock clock) {
    attempts.add(image.imageId());
    BiFunction<ImageUploaded, StageClock, RestoredImage> script = scripts.get(image.imageId());
    return script == null ? unchanged(image) : script.apply(image, clock);
  }

  private void fail(String imageId, ErrorCode code) {
    scripts.put(
        imageId,
        (image, clock) -> {
          throw new RestorationException(code, Stage.RESTORE, "no");
        });
  }

  private void meetOutage(String imageId) {
    scripts.put(
        imageId,
        (image, clock) -> {
          throw RestorationException.outage(Stage.FETCH, "S3 is away", null);
        });
  }

  private Progress progress(String imageId) {
    List<Progress> all = task.progress(imageId);
    assertThat(all).as(imageId).hasSize(1);
    return all.get(0);
  }

  /** Has one attempt at everything that a worker was given, and what comes of it committed. */
  private void work() {
    assertThat(task.workers.runAll()).as("there is work").isTrue();
    task.tick(TICK);
  }

  @AfterEach
  void nothingHasTwoOutcomes() {
    assertThat(task.eventIds).doesNotHaveDuplicates();
    task.close();
  }

  @Test
  void everyArrowHasATest() throws IOException {
    List<String> arrows = new ArrayList<>();
    Matcher matcher = ARROW.matcher(Files.readString(Path.of("docs", "architecture.md")));
    while (matcher.find()) {
      String from = matcher.group(1).replace("[*]", "Start");
      String to = matcher.group(2).replace("[*]", "End");
      arrows.add(from.substring(0, 1).toLowerCase(Locale.ROOT) + from.substring(1) + "To" + to);
    }
    List<String> tests =
        Arrays.stream(StateDiagramTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(Method::getName)
            .filter(name -> !name.equals("everyArrowHasATest"))
            .toList();

    assertThat(arrows).hasSizeGreaterThan(10);
    assertThat(arrows)
        .allSatisfy(arrow -> assertThat(tests).anyMatch(test -> test.startsWith(arrow)));
    assertThat(tests)
        .allSatisfy(test -> assertThat(arrows).anyMatch(arrow -> test.startsWith(arrow)));
  }

  @Test
  void startToDeadLetterAtOnceIfTheRecordIsNoEvent() {
    task.sendUnheard("oops");

    assertThat(task.letters)
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.INVALID_EVENT);
    assertThat(task.letters).extracting(RestorationFailed::attempts).containsExactly(1);
    assertThat(task.rows).isEmpty();
  }

  @Test
  void startToPendingWithEveryImageOfTheRecord() {
    String image =
        "{\"eventVersion\":\"2.1\",\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"photos\"},\"object\":{\"key\":\"%s\"}}}";
    List<String> keys = List.of("0", "1", "2", "3", "4", "5");
    task.send(
        "{\"Records\":[%s]}"
            .formatted(String.join(",", keys.stream().map(image::formatted).toList())));

    assertThat(task.rows).as("the record's row and one for each image").hasSize(7);
    assertThat(keys)
        .extracting(key -> progress("photos/" + key).attempts())
        .as("there are four places")
        .containsExactly(1, 1, 1, 1, 0, 0);
    task.settle();
    assertThat(task.restored)
        .extracting(RestoredImage::imageId)
        .containsExactly("photos/0", "photos/1", "photos/2", "photos/3", "photos/4", "photos/5");
  }

  @Test
  void pendingToMarkedWhenAPlaceIsFree() {
    for (String id : List.of("a", "b", "c", "d", "late")) {
      task.upload(id);
    }
    assertThat(task.workers.queued()).isEqualTo(PLACES);
    assertThat(progress("late").run()).isNull();

    task.workers.run(0);
    task.tick(TICK);

    assertThat(progress("late").run()).isEqualTo(shared(1));
  }

  @Test
  void pendingToMarkedNotBeforeTheEarlierImagesOfItsId() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.upload("a");
    task.upload("a");
    task.upload("b");
    work();

    assertThat(attempts).containsExactly("a", "b");
    assertThat(task.progress("a")).extracting(Progress::attempts).containsExactly(1, 0);

    scripts.clear();
    task.tick(BACKOFF);
    assertThat(task.progress("a")).extracting(Progress::attempts).containsExactly(2, 0);
    work();
    assertThat(task.progress("a")).extracting(Progress::run).containsExactly(shared(1));
    work();

    assertThat(task.eventIds)
        .containsExactly("image-uploaded-0-2-0", "image-uploaded-0-0-0", "image-uploaded-0-1-0");
  }

  @Test
  void pendingToMarkedNotBeforeItsTime() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.upload("a");
    work();
    Duration wait = Duration.between(task.clock.instant(), progress("a").notBefore());

    task.tick(wait.minus(TICK));
    assertThat(progress("a").run()).isNull();
    task.tick(TICK);
    assertThat(progress("a").run()).isEqualTo(shared(1));
  }

  @Test
  void pendingToMarkedNotBeforeItsBucketCanBeRead() {
    task.bucketsAway = true;
    task.upload("a");
    task.tick(BACKOFF);
    assertThat(progress("a").run()).isNull();

    task.bucketsAway = false;
    task.tick(TICK);
    assertThat(progress("a").run()).isEqualTo(shared(1));
  }

  @Test
  void markedToRunningOnceTheMarkIsCommitted() {
    task.sendUnheard(DrivenTask.event("a"));
    assertThat(progress("a").run()).isEqualTo(shared(1));
    assertThat(task.workers.queued()).isZero();

    task.hear();
    assertThat(task.workers.queued()).isEqualTo(1);
  }

  // The driver commits after each record; the task goes by what it has heard of.
  @Test
  void markedToPendingIfStoppedBeforeTheCommit() {
    task.sendUnheard(DrivenTask.event("a"));
    task.stop();
    task.tick(TICK);

    assertThat(progress("a").run()).isNull();
    assertThat(progress("a").attempts()).isZero();
    assertThat(task.workers.queued()).isZero();

    task.nextProcess();
    task.settle();
    assertThat(attempts).containsExactly("a");
    assertThat(task.restored).hasSize(1);
  }

  @Test
  void runningToRestoredTogetherWithTheDeletion() {
    task.upload("a");
    task.workers.runAll();
    assertThat(task.restored).isEmpty();
    assertThat(progress("a").run()).isEqualTo(shared(1));

    task.tick(TICK);
    assertThat(task.restored).extracting(RestoredImage::imageId).containsExactly("a");
    assertThat(task.eventIds).containsExactly("image-uploaded-0-0-0");
    assertThat(task.rows).isEmpty();
  }

  @Test
  void runningToRestoredIfNearlyDoneWhenTheServiceStops() {
    scripts.put(
        "a",
        (image, clock) -> {
          task.stop();
          return unchanged(image);
        });
    task.upload("a");
    work();

    assertThat(task.restored).hasSize(1);
    assertThat(task.rows).isEmpty();
  }

  @Test
  void runningToRestoredOnlyOnceIfTheProcessDiesBeforeTheCommit() {
    task.upload("a");
    task.workers.runAll();
    task.nextProcess();
    task.settle();

    assertThat(attempts).containsExactly("a", "a");
    assertThat(task.eventIds).containsExactly("image-uploaded-0-0-0");
  }

  @Test
  void restoredToEndForGood() {
    task.upload("a");
    work();
    task.nextProcess();
    task.settle();

    assertThat(attempts).hasSize(1);
    assertThat(task.restored).hasSize(1);
  }

  @Test
  void runningToPendingIfTheModelFailed() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.upload("a");
    work();

    assertThat(progress("a").run()).isNull();
    assertThat(progress("a").failures()).isEqualTo(1);
    assertThat(progress("a").notBefore()).isAfter(task.clock.instant());
    scripts.clear();
    task.settle();
    assertThat(attempts).hasSize(2);
    assertThat(task.restored).hasSize(1);
  }

  @Test
  void runningToPendingWithACountThatOutlivesTheProcess() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.upload("a");
    work();
    Progress before = progress("a");
    task.nextProcess();
    task.tick(TICK);
    assertThat(progress("a")).isEqualTo(before);

    task.tick(BACKOFF);
    work();
    task.nextProcess();
    task.settle();

    assertThat(attempts).hasSize(3);
    assertThat(task.letters).extracting(RestorationFailed::attempts).containsExactly(3);
  }

  @Test
  void runningToPendingIfItsTimeIsOver() {
    scripts.put(
        "a",
        (image, clock) -> {
          StageClock.Step slow = clock.begin(Stage.DECODE);
          task.tick(Duration.ofHours(1));
          slow.end();
          return clock.time(Stage.RESTORE, () -> unchanged(image));
        });
    task.upload("a");
    work();

    assertThat(progress("a").run()).isNull();
    assertThat(progress("a").failures()).isEqualTo(1);
    task.settle();
    assertThat(task.letters)
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.TIMEOUT);
  }

  @Test
  void runningToPendingForWantOfStorageWhichCostsNoTry() {
    meetOutage("a");
    task.upload("a");
    for (int i = 0; i < 4; i++) {
      work();
      task.tick(BACKOFF);
    }

    assertThat(attempts).as("more than may fail for another reason").hasSize(4);
    assertThat(progress("a").failures()).isZero();
    assertThat(progress("a").stalls()).isEqualTo(4);
    scripts.clear();
    task.settle();
    assertThat(task.restored).hasSize(1);
  }

  @Test
  void runningToPendingIfStoppedInOrder() {
    task.upload("a");
    task.stop();
    task.tick(TICK);

    assertThat(progress("a").run()).isNull();
    task.nextProcess();
    task.tick(TICK);
    assertThat(progress("a").suspect()).isFalse();
    task.settle();
    assertThat(task.restored).hasSize(1);
  }

  @Test
  void runningToPendingIfStoppedBeforeAWorkerCameToIt() {
    task.upload("a");
    task.stop();
    work();

    assertThat(attempts).isEmpty();
    assertThat(progress("a").run()).isNull();
    assertThat(progress("a").attempts()).isZero();
  }

  @Test
  void runningToPendingIfTheTaskIsTakenAwayAndGivenBack() {
    task.upload("a");
    task.rebalance();
    task.workers.runAll();
    task.tick(TICK);
    assertThat(task.restored).as("a late result").isEmpty();
    assertThat(progress("a").suspect()).isFalse();

    task.settle();
    assertThat(task.restored).hasSize(1);
  }

  @Test
  void runningToPendingIfTheInstallationIsBroken() {
    scripts.put(
        "a",
        (image, clock) -> {
          throw new LinkageError("a broken installation");
        });
    task.upload("a");
    task.settle();

    assertThat(task.workshop.broken()).isTrue();
    assertThat(attempts).hasSize(1);
    assertThat(progress("a").run()).isNull();
    assertThat(progress("a").failures()).isZero();

    scripts.clear();
    task.nextProcess();
    task.settle();
    assertThat(task.restored).hasSize(1);
  }

  @Test
  void runningToDeadLetterIfItFailedForGood() {
    fail("a", ErrorCode.IMAGE_CORRUPT);
    task.upload("a");
    work();

    assertThat(task.letters)
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.IMAGE_CORRUPT);
    assertThat(task.letters).extracting(RestorationFailed::attempts).containsExactly(1);
    assertThat(task.rows).isEmpty();
  }

  @Test
  void runningToDeadLetterIfItIsOutOfAttempts() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.upload("a");
    task.settle();

    assertThat(attempts).hasSize(3);
    assertThat(task.letters)
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.MODEL_FAILED);
    assertThat(task.letters).extracting(RestorationFailed::attempts).containsExactly(3);
    assertThat(task.rows).isEmpty();
  }

  @Test
  void runningToDeadLetterIfStorageStaysAway() {
    meetOutage("a");
    task.upload("a");
    work();
    task.tick(OUTAGE);
    assertThat(task.letters).isEmpty();
    task.tick(TICK);
    work();

    assertThat(task.letters)
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.STORAGE_UNAVAILABLE);
    assertThat(task.rows).isEmpty();
  }

  @Test
  void deadLetterToEndForGood() {
    fail("a", ErrorCode.IMAGE_CORRUPT);
    task.upload("a");
    work();
    task.nextProcess();
    task.settle();

    assertThat(attempts).hasSize(1);
    assertThat(task.letters).hasSize(1);
  }

  @Test
  void runningToSuspectIfTheProcessDied() {
    task.upload("a");
    task.nextProcess();
    assertThat(progress("a").run()).as("the dead one's mark").isEqualTo(shared(1));

    task.tick(TICK);
    assertThat(progress("a").run()).isNull();
    assertThat(progress("a").deaths()).containsExactly(shared(1));
    assertThat(task.workshop.suspects()).isEqualTo(1);
  }

  @Test
  void runningToSuspectIfItHangsWhenTheServiceStops() {
    scripts.put(
        "a",
        (image, clock) -> {
          StageClock.Step hanging = clock.begin(Stage.RESTORE);
          task.tick(OVERRUN);
          task.stop();
          task.tick(TICK);
          assertThat(progress("a").run()).isEqualTo(shared(1));
          assertThat(progress("beside").run()).as("its own step is short").isNull();
          task.nextProcess();
          hanging.end();
          return unchanged(image);
        });
    task.upload("a");
    task.upload("beside");
    task.workers.run(0);
    task.tick(TICK);

    assertThat(progress("a").deaths()).containsExactly(shared(1));
    assertThat(progress("beside").deaths()).isEmpty();
    assertThat(task.restored).isEmpty();
  }

  @Test
  void runningToSuspectIfTheTaskMovedToAnotherProcess() {
    task.upload("a");
    TestWorkers former = task.workers;
    task.nextProcess();
    former.runAll();
    task.tick(TICK);

    assertThat(task.restored).as("a late result").isEmpty();
    assertThat(progress("a").deaths()).containsExactly(shared(1));
    task.settle();
    assertThat(task.restored).hasSize(1);
  }

  @Test
  void suspectToPendingAndNextTimeAloneInACalmProcess() {
    for (String id : List.of("a", "b", "c", "d", "later")) {
      task.upload(id);
    }
    task.nextProcess();
    task.tick(TICK);
    assertThat(task.workshop.suspects()).isEqualTo(4);
    assertThat(task.workers.queued()).as("only what nobody died of").isEqualTo(1);

    task.tick(CALM);
    assertThat(task.workers.queued()).as("that is still there").isEqualTo(1);
    work();
    assertThat(attempts).containsExactly("later");
    assertThat(progress("a").run()).isEqualTo(alone(2));
    assertThat(task.workers.queued()).as("a and nobody else").isEqualTo(1);
    work();
    assertThat(progress("b").run()).isEqualTo(alone(2));
    assertThat(task.workers.queued()).isEqualTo(1);

    task.settle();
    assertThat(attempts).containsExactly("later", "a", "b", "c", "d");
    assertThat(task.restored).hasSize(5);
    assertThat(task.letters).isEmpty();
  }

  @Test
  void suspectToDeadLetterIfTwoProcessesDiedOfIt() {
    scripts.put(
        "poison",
        (image, clock) -> {
          task.nextProcess();
          return unchanged(image);
        });
    task.upload("poison");
    task.upload("innocent");
    task.workers.run(0);
    task.tick(CALM);
    assertThat(progress("poison").run()).isEqualTo(alone(2));
    task.workers.run(0);
    assertThat(task.workshop.process()).isEqualTo("process-3");
    task.tick(TICK);

    assertThat(task.letters).hasSize(1);
    RestorationFailed letter = task.letters.get(0);
    assertThat(letter.imageId()).isEqualTo("poison");
    assertThat(letter.error().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(letter.error().message()).isEqualTo("the process died twice while working on it");
    assertThat(letter.attempts()).isEqualTo(2);

    task.settle();
    assertThat(task.restored).extracting(RestoredImage::imageId).containsExactly("innocent");
    assertThat(attempts).containsExactly("poison", "poison", "innocent");
    assertThat(task.rows.keySet()).as("the log of deaths stays").isSubsetOf(PendingKey.crashes());
  }
}
