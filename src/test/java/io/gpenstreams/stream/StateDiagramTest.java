package io.gpenstreams.stream;

import static io.gpenstreams.stream.ProcessorHarness.CALM;
import static io.gpenstreams.stream.ProcessorHarness.OUTAGE;
import static io.gpenstreams.stream.ProcessorHarness.OVERRUN;
import static io.gpenstreams.stream.ProcessorHarness.PERMITS;
import static io.gpenstreams.stream.ProcessorHarness.TICK;
import static io.gpenstreams.stream.ProcessorHarness.alone;
import static io.gpenstreams.stream.ProcessorHarness.shared;
import static io.gpenstreams.stream.ProcessorHarness.unchanged;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import io.gpenstreams.model.ModelFailures;
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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every arrow of the state diagram in docs/architecture.md. A test has its arrow's name, and says
 * when the arrow is taken.
 */
class StateDiagramTest {
  private static final Pattern ARROW = Pattern.compile("(?m)^ +(\\S+) --> (\\w+|\\[\\*])");
  // So long that full jitter does not happen to wait for no time.
  private static final Duration BACKOFF = Duration.ofHours(1);

  // By image id; all others are restored.
  private final Map<String, BiFunction<ImageUploaded, StageClock, RestoredImage>> scripts =
      new HashMap<>();
  private final ProcessorHarness task = new ProcessorHarness(BACKOFF, this::restore);

  private RestoredImage restore(ImageUploaded image, StageClock clock) {
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

  private void kill(String imageId) {
    scripts.put(
        imageId,
        (image, clock) -> {
          task.die();
          return unchanged(image);
        });
  }

  private AttemptHistory history(String imageId) {
    List<AttemptHistory> all = task.histories(imageId);
    assertThat(all).as(imageId).hasSize(1);
    return all.get(0);
  }

  private Optional<Mark> mark(String imageId) {
    List<Optional<Mark>> all = task.marks(imageId);
    assertThat(all).as(imageId).hasSize(1);
    return all.get(0);
  }

  /** Has one attempt at everything that a worker was given, and what comes of it committed. */
  private void work() {
    assertThat(task.workers.queued()).as("there is work").isPositive();
    task.work();
  }

  @AfterEach
  void everyMarkWasCommittedAndNothingHasTwoOutcomes() {
    assertThat(task.violations).isEmpty();
    assertThat(task.eventIds()).doesNotHaveDuplicates();
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
            .filter(name -> !name.startsWith("every"))
            .toList();

    assertThat(arrows).hasSizeGreaterThan(10);
    assertThat(arrows)
        .allSatisfy(arrow -> assertThat(tests).anyMatch(test -> test.startsWith(arrow)));
    assertThat(tests)
        .allSatisfy(test -> assertThat(arrows).anyMatch(arrow -> test.startsWith(arrow)));
  }

  @Test
  void everyStateIsAType() throws IOException {
    String diagram = Files.readString(Path.of("docs", "architecture.md"));
    for (Class<?> state :
        List.of(
            ImageState.Pending.class,
            ImageState.Marked.class,
            ImageState.Running.class,
            ImageState.Suspect.class)) {
      assertThat(diagram).contains(" " + state.getSimpleName() + " --> ");
    }
  }

  @Test
  void startToDeadLetterWithinATickIfTheRecordIsNoEvent() {
    task.send("oops");
    task.poll();
    assertThat(task.wantsCommit()).isFalse();
    task.tick(TICK);
    assertThat(task.wantsCommit()).isTrue();
    assertThat(task.ticking()).isFalse();
    task.commit();

    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.INVALID_EVENT);
    assertThat(task.letters()).extracting(RestorationFailed::attempts).containsExactly(1);
    assertThat(task.outcomes.get(0).headers().lastHeader("original-header-origin")).isNotNull();
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
    task.poll();
    task.commit();

    assertThat(task.rows).as("the record's row and one for each image").hasSize(7);
    assertThat(keys)
        .extracting(key -> history("photos/" + key).attempts())
        .as("there are four permits")
        .containsExactly(1, 1, 1, 1, 0, 0);
    task.settle();
    assertThat(task.restored())
        .containsExactly("photos/0", "photos/1", "photos/2", "photos/3", "photos/4", "photos/5");
  }

  @Test
  void startToPendingAgainIfTheTransactionIsAborted() {
    task.upload("a");
    task.poll();
    task.crash();

    task.settle();

    assertThat(task.restored()).containsExactly("a");
  }

  @Test
  void pendingToMarkedWhenAPermitIsFree() {
    task.take("a", "b", "c", "d", "late");
    assertThat(task.workers.queued()).isEqualTo(PERMITS);
    assertThat(mark("late")).isEmpty();

    task.workers.run(0);
    task.tickAndCommit(TICK);

    assertThat(mark("late")).contains(shared(1));
  }

  @Test
  void pendingToMarkedNotBeforeTheEarlierImagesOfItsId() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.take("a", "a", "b");
    assertThat(task.workers.queued()).isEqualTo(2);
    work();

    assertThat(task.attempts).containsExactly("a", "b");
    assertThat(task.restored()).containsExactly("b");
    assertThat(task.histories("a")).extracting(AttemptHistory::attempts).containsExactly(1, 0);

    scripts.clear();
    task.tickAndCommit(BACKOFF);
    assertThat(task.histories("a")).extracting(AttemptHistory::attempts).containsExactly(2, 0);
    work();
    assertThat(task.marks("a")).containsExactly(Optional.of(shared(1)));
    work();

    assertThat(task.attempts).containsExactly("a", "b", "a", "a");
    assertThat(task.eventIds())
        .containsExactly("image-uploaded-0-2-0", "image-uploaded-0-0-0", "image-uploaded-0-1-0");
  }

  @Test
  void pendingToMarkedNotBeforeItsTime() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.take("a");
    work();
    Duration wait = Duration.between(task.clock.instant(), history("a").notBefore());

    task.tickAndCommit(wait.minus(TICK));
    assertThat(mark("a")).isEmpty();
    task.tickAndCommit(TICK);
    assertThat(mark("a")).contains(shared(1));
  }

  @Test
  void pendingToMarkedNotBeforeItsBucketCanBeRead() {
    task.bucketsAway = true;
    task.take("a");
    for (int i = 0; i < 100; i++) {
      task.tickAndCommit(Duration.ofMinutes(10));
      task.workers.runAll();
    }
    assertThat(mark("a")).isEmpty();
    assertThat(task.attempts).isEmpty();

    task.bucketsAway = false;
    task.tickAndCommit(TICK);
    assertThat(mark("a")).contains(shared(1));
    task.settle();
    assertThat(task.restored()).containsExactly("a");
  }

  @Test
  void markedToRunningOnceTheMarkIsCommitted() {
    task.upload("a");
    task.poll();
    assertThat(task.wantsCommit()).as("a worker is free").isTrue();
    assertThat(task.workers.queued()).isZero();

    task.commitUnnoticed();
    assertThat(mark("a")).contains(shared(1));
    assertThat(history("a").attempts()).isEqualTo(1);
    assertThat(task.workers.queued()).isZero();

    task.commit();
    assertThat(task.workers.queued()).isEqualTo(1);
  }

  @Test
  void markedToPendingIfStoppedBeforeTheCommit() {
    task.upload("a");
    task.poll();
    task.commitUnnoticed();
    task.stop();
    task.tick(TICK);
    assertThat(task.wantsCommit()).as("takes the mark back").isTrue();
    task.commit();

    assertThat(mark("a")).isEmpty();
    assertThat(history("a").attempts()).isZero();
    assertThat(task.workers.queued()).isZero();

    task.crash();
    task.settle();
    assertThat(task.attempts).containsExactly("a");
    assertThat(task.restored()).hasSize(1);
  }

  @Test
  void runningToRestoredTogetherWithTheDeletion() {
    task.take("a");
    task.workers.runAll();
    assertThat(task.outcomes).isEmpty();
    assertThat(mark("a")).contains(shared(1));
    task.tick(TICK);

    assertThat(task.wantsCommit()).isTrue();
    assertThat(task.outcomes).isEmpty();
    assertThat(mark("a")).contains(shared(1));

    task.commit();
    assertThat(task.restored()).containsExactly("a");
    assertThat(task.eventIds()).containsExactly("image-uploaded-0-0-0");
    assertThat(task.rows).isEmpty();
  }

  @Test
  void runningToRestoredIfNearlyDoneWhenTheServiceStops() {
    scripts.put(
        "a",
        (image, clock) -> {
          task.fetchGate.close();
          task.stop();
          return unchanged(image);
        });
    task.take("a");
    work();

    assertThat(task.restored()).containsExactly("a");
    assertThat(task.rows).isEmpty();
    task.upload("b");
    assertThat(task.poll()).as("nothing more is fetched").isFalse();
  }

  @Test
  void runningToRestoredOnlyOnceIfTheTransactionIsAborted() {
    task.take("a");
    task.workers.runAll();
    task.tick(TICK);
    task.rebalance(false);
    task.settle();

    assertThat(task.attempts).containsExactly("a", "a");
    assertThat(task.eventIds()).containsExactly("image-uploaded-0-0-0");
  }

  @Test
  void runningToRestoredOnlyOnceIfTheProcessDiesBeforeTheCommit() {
    task.take("a");
    task.workers.runAll();
    task.crash();
    task.settle();

    assertThat(task.attempts).containsExactly("a", "a");
    assertThat(task.eventIds()).containsExactly("image-uploaded-0-0-0");
  }

  @Test
  void restoredToEndForGood() {
    task.take("a");
    work();
    task.crash();
    task.settle();

    assertThat(task.attempts).hasSize(1);
    assertThat(task.restored()).hasSize(1);
  }

  @Test
  void runningToPendingIfTheModelFailed() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.take("a");
    work();

    assertThat(mark("a")).isEmpty();
    assertThat(history("a").failures()).isEqualTo(1);
    assertThat(history("a").notBefore()).isAfter(task.clock.instant());
    scripts.clear();
    task.settle();
    assertThat(task.attempts).hasSize(2);
    assertThat(task.restored()).hasSize(1);
  }

  @Test
  void runningToPendingWithACountThatOutlivesTheProcess() {
    fail("a", ErrorCode.MODEL_FAILED);
    task.take("a");
    work();
    AttemptHistory before = history("a");
    assertThat(before.failures()).isEqualTo(1);
    task.crash();
    task.tickAndCommit(TICK);
    assertThat(history("a")).isEqualTo(before);

    task.tickAndCommit(BACKOFF);
    work();
    task.crash();
    task.settle();

    assertThat(task.attempts).hasSize(3);
    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.MODEL_FAILED);
    assertThat(task.letters()).extracting(RestorationFailed::attempts).containsExactly(3);
  }

  @Test
  void runningToPendingIfItsTimeIsOver() {
    scripts.put(
        "a",
        (image, clock) -> {
          StageClock.Step slow = clock.begin(Stage.DECODE);
          task.tickAndCommit(Duration.ofHours(1));
          slow.end();
          return clock.time(Stage.RESTORE, () -> unchanged(image));
        });
    task.take("a");
    work();

    assertThat(mark("a")).isEmpty();
    assertThat(history("a").failures()).isEqualTo(1);
    task.settle();
    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.TIMEOUT);
  }

  @Test
  void runningToPendingBecauseOfAnOutageWhichIsNotCounted() {
    meetOutage("a");
    task.take("a");
    for (int i = 0; i < 4; i++) {
      work();
      task.tickAndCommit(BACKOFF);
    }

    assertThat(task.attempts).as("more than may fail for another reason").hasSize(4);
    assertThat(history("a").failures()).isZero();
    assertThat(history("a").stalls()).isEqualTo(4);
    scripts.clear();
    task.settle();
    assertThat(task.restored()).hasSize(1);
  }

  @Test
  void runningToPendingIfStoppedInOrder() {
    task.take("a");
    task.stop();
    task.tickAndCommit(TICK);

    assertThat(mark("a")).isEmpty();
    task.crash();
    task.tickAndCommit(TICK);
    assertThat(history("a").suspect()).isFalse();
    assertThat(task.pool.suspects()).isZero();
    task.settle();
    assertThat(task.restored()).hasSize(1);
  }

  @Test
  void runningToPendingIfStoppedBeforeAWorkerBeganIt() {
    task.take("a");
    task.stop();
    work();

    assertThat(task.attempts).isEmpty();
    assertThat(mark("a")).isEmpty();
    assertThat(history("a").attempts()).isZero();
  }

  @Test
  void runningToPendingIfTheTaskIsTakenAwayAndGivenBack() {
    task.take("a");
    task.rebalance(true);
    task.workers.runAll();
    task.tickAndCommit(TICK);
    assertThat(task.outcomes).as("a late result").isEmpty();
    assertThat(history("a").suspect()).isFalse();

    task.settle();
    assertThat(task.restored()).containsExactly("a");
    assertThat(task.histories("a")).isEmpty();
  }

  @Test
  void runningToPendingIfTheInstallationIsBroken() {
    runningToPendingIf(
        () -> {
          throw new LinkageError("a broken installation");
        });
  }

  @Test
  void runningToPendingIfTheDeviceIsLost() {
    runningToPendingIf(
        () -> {
          throw ModelFailures.deviceLost();
        });
  }

  private void runningToPendingIf(Runnable failing) {
    AtomicInteger ends = new AtomicInteger();
    task.pool.whenBroken(ends::incrementAndGet);
    scripts.put(
        "a",
        (image, clock) -> {
          failing.run();
          throw new AssertionError("did not fail");
        });
    task.take("a", "b");
    task.settle();

    assertThat(task.pool.broken()).isTrue();
    assertThat(ends).as("the process begins to end").hasValue(1);
    assertThat(task.attempts).containsExactly("a", "b");
    assertThat(task.restored()).containsExactly("b");
    assertThat(task.letters()).isEmpty();
    assertThat(mark("a")).isEmpty();
    assertThat(history("a").failures()).isZero();

    scripts.clear();
    task.crash();
    task.settle();
    assertThat(task.restored()).containsExactlyInAnyOrder("a", "b");
    assertThat(task.pool.suspects()).isZero();
  }

  @Test
  void runningToDeadLetterIfItFailedForGood() {
    fail("a", ErrorCode.IMAGE_CORRUPT);
    task.take("a");
    work();

    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.IMAGE_CORRUPT);
    assertThat(task.letters()).extracting(RestorationFailed::attempts).containsExactly(1);
    assertThat(task.rows).isEmpty();
  }

  @Test
  void runningToDeadLetterIfItIsOutOfAttempts() {
    // Of S3 too, if only this object fails.
    fail("a", ErrorCode.STORAGE_UNAVAILABLE);
    task.take("a", "b");
    task.settle();

    assertThat(task.attempts).containsExactlyInAnyOrder("a", "b", "a", "a");
    assertThat(task.restored()).containsExactly("b");
    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.STORAGE_UNAVAILABLE);
    assertThat(task.letters()).extracting(RestorationFailed::attempts).containsExactly(3);
    assertThat(task.rows).isEmpty();
  }

  @Test
  void runningToDeadLetterIfStorageStaysAway() {
    meetOutage("a");
    task.take("a");
    work();
    task.tickAndCommit(OUTAGE);
    assertThat(task.letters()).isEmpty();
    task.tickAndCommit(TICK);
    work();

    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.STORAGE_UNAVAILABLE);
    assertThat(task.rows).isEmpty();
  }

  @Test
  void deadLetterToEndForGood() {
    fail("a", ErrorCode.SOURCE_NOT_FOUND);
    task.take("a");
    work();
    task.crash();
    task.settle();

    assertThat(task.attempts).hasSize(1);
    assertThat(task.letters()).hasSize(1);
  }

  @Test
  void runningToSuspectIfTheProcessDied() {
    task.take("a");
    task.crash();
    assertThat(mark("a")).as("the dead process's mark").contains(shared(1));

    task.tickAndCommit(TICK);
    assertThat(mark("a")).isEmpty();
    assertThat(history("a").deaths()).containsExactly(shared(1));
    assertThat(task.pool.suspects()).isEqualTo(1);
  }

  @Test
  void runningToSuspectIfItHangsWhenTheServiceStops() {
    scripts.put(
        "a",
        (image, clock) -> {
          StageClock.Step hanging = clock.begin(Stage.RESTORE);
          task.tickAndCommit(OVERRUN);
          task.stop();
          task.tickAndCommit(TICK);
          assertThat(mark("a")).contains(shared(1));
          assertThat(mark("beside")).as("its own step is short").isEmpty();
          task.crash();
          hanging.end();
          return unchanged(image);
        });
    task.take("a", "beside");
    task.workers.run(0);
    task.tickAndCommit(TICK);

    assertThat(history("a").deaths()).containsExactly(shared(1));
    assertThat(history("beside").deaths()).isEmpty();
    assertThat(task.outcomes).isEmpty();
  }

  @Test
  void runningToSuspectIfTheTaskMovedToAnotherProcess() {
    task.take("a");
    TestWorkers former = task.workers;
    task.moveAway();
    former.runAll();
    task.tickAndCommit(TICK);

    assertThat(task.outcomes).as("a late result").isEmpty();
    assertThat(history("a").deaths()).containsExactly(shared(1));
    for (int i = 0; i < 4; i++) {
      task.moveAway();
      task.tickAndCommit(TICK);
    }
    task.settle();
    assertThat(task.restored()).containsExactly("a");
    assertThat(task.letters()).isEmpty();
  }

  @Test
  void suspectToMarkedAloneInACalmProcess() {
    task.take("a", "b", "c", "d", "later");
    task.crash();
    task.tickAndCommit(TICK);
    assertThat(history("a").deaths()).containsExactly(shared(1));
    assertThat(task.pool.suspects()).isEqualTo(4);
    assertThat(task.workers.queued()).as("only what nobody died of").isEqualTo(1);

    task.tickAndCommit(CALM);
    assertThat(task.workers.queued()).as("that is still there").isEqualTo(1);
    task.take("last");
    work();
    assertThat(task.attempts).containsExactly("later");
    assertThat(task.restored()).containsExactly("later");
    assertThat(mark("a")).contains(alone(2));
    assertThat(task.workers.queued()).as("a and nobody else").isEqualTo(1);
    work();
    assertThat(mark("b")).contains(alone(2));
    assertThat(task.workers.queued()).isEqualTo(1);

    task.settle();
    assertThat(task.attempts).containsExactly("later", "a", "b", "c", "d", "last");
    assertThat(task.restored()).hasSize(6);
    assertThat(task.letters()).isEmpty();
  }

  @Test
  void suspectToPendingIfAnotherPhotoIsGuilty() {
    kill("poison");
    task.take("poison", "a", "b");
    task.workers.run(0);
    task.crash();
    task.tickAndCommit(CALM);
    task.tickAndCommit(TICK);
    task.workers.run(0);
    task.crash();
    assertThat(history("a").deaths()).containsExactly(shared(1));

    task.tickAndCommit(TICK);

    assertThat(task.letters()).extracting(RestorationFailed::imageId).containsExactly("poison");
    assertThat(history("a").suspect()).isFalse();
    assertThat(task.workers.queued()).as("a and b, at once and side by side").isEqualTo(2);
  }

  @Test
  void suspectToDeadLetterIfTwoProcessesDiedOfIt() {
    kill("poison");
    task.take("a", "poison", "b");
    task.workers.run(1);
    assertThat(task.dead()).isTrue();
    task.crash();
    task.tickAndCommit(CALM);
    assertThat(mark("a")).contains(alone(2));
    work();
    assertThat(mark("poison")).contains(alone(2));
    task.workers.run(0);
    task.crash();
    assertThat(task.pool.process()).isEqualTo("process-3");
    task.tickAndCommit(TICK);

    assertThat(task.letters()).hasSize(1);
    RestorationFailed letter = task.letters().get(0);
    assertThat(letter.imageId()).isEqualTo("poison");
    assertThat(letter.error().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(letter.error().message()).isEqualTo("the process died twice while working on it");
    assertThat(letter.attempts()).isEqualTo(2);

    task.settle();
    assertThat(task.restored()).containsExactlyInAnyOrder("a", "b");
    assertThat(task.attempts).containsExactly("poison", "a", "poison", "b");
    assertThat(task.pool.process()).isEqualTo("process-3");
    assertThat(task.rows.keySet()).as("the log of deaths stays").isSubsetOf(PendingKey.crashes());
  }
}
