package io.gpenstreams.stream;

import static io.gpenstreams.stream.SimulatedTask.CALM;
import static io.gpenstreams.stream.SimulatedTask.MAX_PENDING;
import static io.gpenstreams.stream.SimulatedTask.TICK;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every step of a photo's life, as docs/architecture.md draws it. */
class RestorationProcessorTest {
  // By image id; what is not there is restored.
  private final Map<String, Function<ImageUploaded, RestoredImage>> scripts = new HashMap<>();
  private final SimulatedTask task =
      new SimulatedTask(
          image -> scripts.getOrDefault(image.imageId(), SimulatedTask::unchanged).apply(image));

  private static RestoredImage meetsAnOutage(ImageUploaded image) {
    throw RestorationException.outage(Stage.FETCH, "S3 is away, and with it " + image, null);
  }

  private static Function<ImageUploaded, RestoredImage> fails(ErrorCode code) {
    return image -> {
      throw new RestorationException(code, Stage.FETCH, "no");
    };
  }

  @AfterEach
  void noAttemptBeganBeforeItWasCommitted() {
    assertThat(task.violations).isEmpty();
  }

  private RestoredImage kill(ImageUploaded image) {
    task.die();
    return unchanged(image);
  }

  @Test
  void anAttemptIsCommittedBeforeItBegins() {
    task.upload("a");
    task.poll();

    assertThat(task.wantsCommit()).as("a worker is free").isTrue();
    assertThat(task.workers.queued()).isZero();

    task.commit();

    assertThat(task.workers.queued()).isOne();
    assertThat(task.progress("a")).extracting(Progress::attempts).containsExactly(1);
  }

  @Test
  void theOutcomeAndTheDeletionAreOneTransaction() {
    task.upload("a");
    task.poll();
    task.commit();
    task.workers.runAll();
    task.tick(TICK);

    assertThat(task.wantsCommit()).isTrue();
    assertThat(task.outcomes).isEmpty();
    assertThat(task.progress("a")).hasSize(1);

    task.commit();

    assertThat(task.restored()).containsExactly("a");
    assertThat(task.log).isEmpty();
  }

  @Test
  void anIdleTaskAsksForNothing() {
    task.tick(TICK);
    assertThat(task.ticking()).isFalse();
    assertThat(task.wantsCommit()).isFalse();

    task.upload("a");
    task.poll();
    assertThat(task.ticking()).isTrue();

    task.settle();
    assertThat(task.ticking()).isFalse();
    assertThat(task.workshop.pending()).isZero();
  }

  @Test
  void whileAPhotoTakesItsTimeNothingIsCommitted() {
    task.upload("a");
    task.poll();
    task.commit();
    task.tick(TICK);
    task.tick(TICK);

    assertThat(task.wantsCommit()).isFalse();
  }

  @Test
  void anInvalidRecordIsADeadLetterWithinATick() {
    task.send("oops");
    task.poll();
    assertThat(task.wantsCommit()).isFalse();
    task.tick(TICK);
    assertThat(task.wantsCommit()).isTrue();
    assertThat(task.ticking()).isFalse();
    task.commit();

    assertThat(task.letters()).hasSize(1);
    assertThat(task.letters().get(0).error().code()).isEqualTo(ErrorCode.INVALID_EVENT);
    assertThat(task.letters().get(0).attempts()).isEqualTo(1);
    assertThat(task.outcomes.get(0).headers().lastHeader("original-header-origin")).isNotNull();
    assertThat(task.log).isEmpty();
  }

  @Test
  void differentPhotosOverlapAndThoseOfOneIdDoNot() {
    task.upload("a");
    task.upload("b");
    task.upload("a");
    while (task.poll()) {}
    task.commit();

    assertThat(task.workers.queued()).isEqualTo(2);
    task.workers.run(1);
    task.tick(TICK);
    task.commit();
    assertThat(task.restored()).containsExactly("b");

    task.settle();
    assertThat(task.attempts).containsExactly("b", "a", "a");
    assertThat(task.outcomes)
        .extracting(SimulatedTask.Outcome::eventId)
        .containsExactly("image-uploaded-0-1-0", "image-uploaded-0-0-0", "image-uploaded-0-2-0");
  }

  @Test
  void aRetryHoldsLaterOnesOfItsIdUp() {
    List<String> seen = new ArrayList<>();
    scripts.put(
        "a",
        image -> {
          seen.add(image.imageId());
          if (seen.size() == 1) {
            throw new RestorationException(ErrorCode.TIMEOUT, Stage.FETCH, "slow");
          }
          return unchanged(image);
        });
    task.upload("a");
    task.upload("a");
    task.settle();

    assertThat(task.outcomes)
        .extracting(SimulatedTask.Outcome::eventId)
        .containsExactly("image-uploaded-0-0-0", "image-uploaded-0-1-0");
    assertThat(seen).hasSize(3);
  }

  @Test
  void attemptsAreCountedAcrossProcesses() {
    scripts.put("a", fails(ErrorCode.MODEL_FAILED));
    task.upload("a");
    task.poll();
    task.commit();
    task.workers.runAll();
    task.tick(TICK);
    task.commit();
    assertThat(task.progress("a")).extracting(Progress::failures).containsExactly(1);

    task.crash();
    assertThat(task.progress("a")).extracting(Progress::failures).containsExactly(1);
    task.settle();

    assertThat(task.letters()).hasSize(1);
    // A fourth may have been written down before the process died.
    assertThat(task.letters().get(0).attempts()).isBetween(3, 4);
    assertThat(task.attempts).hasSize(3);
  }

  @Test
  void aFinalFailureIsNotRepeated() {
    scripts.put("a", fails(ErrorCode.SOURCE_NOT_FOUND));
    task.upload("a");
    task.settle();

    assertThat(task.letters()).extracting(RestorationFailed::attempts).containsExactly(1);
  }

  @Test
  void anOutageOfStorageSendsNobodyAwayAndIsWaitedFor() {
    for (String id : List.of("a", "b", "c", "d", "e")) {
      scripts.put(id, RestorationProcessorTest::meetsAnOutage);
      task.upload(id);
      task.poll();
    }
    for (int i = 0; i < 200; i++) {
      task.tick(Duration.ofSeconds(1));
      task.commit();
      task.workers.runAll();
    }
    assertThat(task.attempts).hasSizeGreaterThan(5 * 3);
    assertThat(task.outcomes).isEmpty();

    scripts.clear();
    task.settle();

    assertThat(task.restored()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
  }

  @Test
  void anObjectThatStorageAloneDoesNotServeIsADeadLetterAfterItsAttempts() {
    scripts.put("a", fails(ErrorCode.STORAGE_UNAVAILABLE));
    task.upload("a");
    task.upload("b");
    task.settle();

    assertThat(task.restored()).containsExactly("b");
    assertThat(task.letters()).extracting(RestorationFailed::attempts).containsExactly(3);
    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.STORAGE_UNAVAILABLE);
  }

  @Test
  void noAttemptIsMadeWhileABucketIsAway() {
    task.bucketsAway = true;
    task.upload("a");
    for (int i = 0; i < 100; i++) {
      task.poll();
      task.tick(Duration.ofMinutes(10));
      task.commit();
      task.workers.runAll();
    }
    assertThat(task.attempts).isEmpty();

    task.bucketsAway = false;
    task.settle();

    assertThat(task.restored()).containsExactly("a");
  }

  @Test
  void photosThatAreTriedForTheFirstTimeGoBeforeThoseThatFail() {
    for (int i = 0; i < 4; i++) {
      scripts.put("slow" + i, RestorationProcessorTest::meetsAnOutage);
      task.upload("slow" + i);
      task.poll();
    }
    task.commit();
    task.workers.runAll();
    task.bucketsAway = true;
    task.tick(TICK);
    assertThat(task.attempts).hasSize(4);
    for (int i = 0; i < 4; i++) {
      task.upload("good" + i);
      task.pollAnyway();
    }
    task.tick(Duration.ofMinutes(1));

    task.bucketsAway = false;
    task.tick(TICK);
    task.commit();
    assertThat(task.workers.queued()).isEqualTo(4);
    task.workers.runAll();

    assertThat(task.attempts.subList(4, 8)).containsExactly("good0", "good1", "good2", "good3");
  }

  @Test
  void anOutageThatDoesNotEndIsADeadLetterInTheEnd() {
    scripts.put("a", RestorationProcessorTest::meetsAnOutage);
    task.upload("a");
    task.poll();
    task.commit();
    task.workers.runAll();
    task.tick(TICK);
    task.commit();
    task.tick(SimulatedTask.OUTAGE.plusSeconds(1));
    task.settle();

    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.STORAGE_UNAVAILABLE);
  }

  @Test
  void whatWasNotCommittedIsDoneAgain() {
    task.upload("a");
    task.poll();
    task.crash();

    task.settle();

    assertThat(task.restored()).containsExactly("a");
  }

  @Test
  void anOutcomeThatWasNotCommittedIsMadeAgainWithTheSameId() {
    task.upload("a");
    task.poll();
    task.commit();
    task.workers.runAll();
    task.tick(TICK);
    task.rebalance(false);

    task.settle();

    assertThat(task.attempts).containsExactly("a", "a");
    assertThat(task.outcomes)
        .extracting(SimulatedTask.Outcome::eventId)
        .containsExactly("image-uploaded-0-0-0");
  }

  @Test
  void aResultThatComesAfterTheTaskWasClosedIsDropped() {
    task.upload("a");
    task.poll();
    task.commit();
    task.rebalance(true);
    task.workers.runAll();
    task.settle();

    assertThat(task.outcomes).hasSize(1);
    assertThat(task.progress("a")).isEmpty();
  }

  @Test
  void aRebalanceInALivingProcessIsNoCrash() {
    task.upload("a");
    task.poll();
    task.commit();
    task.rebalance(true);
    task.tick(TICK);
    task.commit();

    assertThat(task.progress("a")).allSatisfy(progress -> assertThat(progress.suspect()).isFalse());
    task.settle();
    assertThat(task.restored()).containsExactly("a");
  }

  @Test
  void aPhotoThatKillsTwoProcessesIsADeadLetterOnTheThirdStart() {
    scripts.put("poison", this::kill);
    for (String id : List.of("a", "poison", "b")) {
      task.upload(id);
      task.poll();
    }
    task.commit();
    task.workers.run(1);
    assertThat(task.dead()).isTrue();
    task.crash();
    task.settle();

    assertThat(task.restored()).containsExactlyInAnyOrder("a", "b");
    assertThat(task.attempts).containsOnlyOnce("a").containsOnlyOnce("b");
    assertThat(task.letters()).hasSize(1);
    RestorationFailed letter = task.letters().get(0);
    assertThat(letter.imageId()).isEqualTo("poison");
    assertThat(letter.error().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(letter.error().message()).isEqualTo("the process died twice while working on it");
    assertThat(letter.attempts()).isEqualTo(2);
    assertThat(task.workshop.process()).isEqualTo("process-3");
  }

  @Test
  void severalPhotosThatKillAreAllFound() {
    for (String id : List.of("p", "a", "q", "b")) {
      if (id.compareTo("c") > 0) {
        scripts.put(id, this::kill);
      }
      task.upload(id);
      task.poll();
    }
    task.settle();

    assertThat(task.restored()).containsExactlyInAnyOrder("a", "b");
    assertThat(task.letters())
        .extracting(RestorationFailed::imageId)
        .containsExactlyInAnyOrder("p", "q");
  }

  @Test
  void whatADeathIsExplainedByClearsWhoeverElseWasThere() {
    scripts.put("poison", this::kill);
    for (String id : List.of("poison", "a", "b")) {
      task.upload(id);
      task.poll();
    }
    task.commit();
    task.workers.run(0);
    task.crash();
    task.tick(CALM);
    task.commit();
    task.tick(TICK);
    task.commit();
    task.workers.run(0);
    task.crash();
    assertThat(task.progress("a"))
        .allSatisfy(p -> assertThat(p.deaths()).containsExactly(shared(1)));

    task.tick(TICK);
    task.commit();

    assertThat(task.letters()).extracting(RestorationFailed::imageId).containsExactly("poison");
    assertThat(task.progress("a")).allSatisfy(p -> assertThat(p.suspect()).isFalse());
    assertThat(task.workers.queued()).as("a and b, at once and side by side").isEqualTo(2);
  }

  @Test
  void suspectsAreTriedAloneByACalmProcessAndOthersMeanwhile() {
    task.upload("a");
    task.poll();
    task.commit();
    task.crash();
    task.upload("b");
    task.poll();
    task.tick(TICK);
    task.commit();

    assertThat(task.progress("a"))
        .allSatisfy(p -> assertThat(p.deaths()).containsExactly(shared(1)));
    assertThat(task.workshop.suspects()).isEqualTo(1);
    assertThat(task.workers.queued()).as("only b").isEqualTo(1);

    task.tick(CALM);
    task.commit();
    assertThat(task.workers.queued()).as("b is still being worked on").isEqualTo(1);
    task.upload("c");
    task.poll();
    task.workers.runAll();
    task.tick(TICK);
    task.commit();

    assertThat(task.restored()).containsExactly("b");
    assertThat(task.workers.queued()).as("a, and nobody else").isEqualTo(1);
    assertThat(task.progress("a")).allSatisfy(p -> assertThat(p.run()).isEqualTo(alone(2)));
    task.workers.runAll();
    assertThat(task.attempts).containsExactly("b", "a");
    task.settle();
    assertThat(task.restored()).containsExactly("b", "a", "c");
  }

  @Test
  void aSuspectWaitsForPhotosOfOtherTasks() {
    task.upload("a");
    task.poll();
    task.commit();
    task.crash();
    assertThat(task.foreign.reserve(1)).isEqualTo(1);
    Job other = new Job(new PendingKey("image-uploaded", 1, 0, 0), false);
    task.tick(CALM);
    task.commit();
    assertThat(task.workers.queued()).isZero();
    assertThat(task.foreign.reserve(1)).as("the workshop empties").isZero();

    task.foreign.giveBack(other);
    task.tick(TICK);
    task.commit();

    assertThat(task.workers.queued()).isEqualTo(1);
    assertThat(task.foreign.reserve(1)).isZero();
    task.workers.runAll();
    assertThat(task.foreign.reserve(1)).isEqualTo(1);
  }

  @Test
  void whoeverIsKilledFiftyTimesLosesNoPhotoToSuspicion() {
    for (int kill = 0; kill < 50; kill++) {
      task.upload("photo-" + kill);
      task.poll();
      task.tick(TICK);
      task.commit();
      if (kill % 5 == 4) {
        // This time it lives long enough to take a suspect.
        task.tick(CALM);
        task.commit();
      }
      task.crash();
    }
    task.settle();

    assertThat(task.letters()).isEmpty();
    assertThat(task.restored()).hasSize(50).doesNotHaveDuplicates();
  }

  @Test
  void whoStopsInOrderLeavesNoSuspicion() throws InterruptedException {
    task.upload("running");
    task.upload("queued");
    task.poll();
    task.poll();
    task.commit();
    task.upload("marked");
    task.poll();
    Thread stop = drain();
    task.tick(TICK);
    assertThat(task.wantsCommit()).as("takes the uncommitted attempt back").isTrue();
    task.commit();
    while (stop.isAlive()) {
      task.tick(TICK);
      task.commit();
      Thread.sleep(1);
    }
    assertThat(task.progress("marked")).extracting(Progress::attempts).containsExactly(0);
    assertThat(task.progress("running")).extracting(Progress::run).containsOnlyNulls();

    task.crash();
    task.settle();
    assertThat(task.workshop.suspects()).isZero();
    assertThat(task.restored()).containsExactlyInAnyOrder("running", "queued", "marked");
  }

  @Test
  void whoStopsInOrderFinishesWhatIsNearlyDone() throws InterruptedException {
    scripts.put(
        "a",
        image -> {
          // The signal comes while the photo is being restored.
          task.intake.stop();
          return unchanged(image);
        });
    task.upload("a");
    task.poll();
    task.commit();
    task.workers.runAll();
    Thread stop = drain();
    while (stop.isAlive()) {
      task.tick(TICK);
      task.commit();
      Thread.sleep(1);
    }
    assertThat(task.restored()).containsExactly("a");
    assertThat(task.poll()).isFalse();
  }

  private Thread drain() {
    Thread stop =
        new Thread(
            () -> {
              try {
                task.workshop.drain(Duration.ofMillis(200), Duration.ofSeconds(20));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    stop.start();
    while (task.workshop.phase() == Workshop.Phase.OPEN) {
      Thread.onSpinWait();
    }
    return stop;
  }

  @Test
  void aBrokenInstallationIsNotThePhotosFault() {
    scripts.put(
        "a",
        image -> {
          throw new LinkageError("a broken installation");
        });
    task.upload("a");
    task.upload("b");
    task.settle();

    assertThat(task.workshop.broken()).isTrue();
    assertThat(task.letters()).isEmpty();
    scripts.clear();
    task.crash();
    task.settle();
    assertThat(task.restored()).containsExactlyInAnyOrder("a", "b");
    assertThat(task.workshop.suspects()).isZero();
  }

  @Test
  void aFullTaskIsGivenNoMoreRecords() {
    for (int i = 0; i < 3 * MAX_PENDING; i++) {
      task.upload("photo-" + i);
    }
    while (task.poll()) {}
    assertThat(task.workshop.pending()).isEqualTo(MAX_PENDING);

    task.settle();
    assertThat(task.restored()).hasSize(3 * MAX_PENDING);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void whereRecordsComeAllTheSameEachTransactionWaitsForOneResult() throws Exception {
    task.startProcess(Duration.ofHours(1));
    for (int i = 0; i <= 2 * MAX_PENDING + 1; i++) {
      task.upload("photo-" + i);
    }
    for (int i = 0; i < 2 * MAX_PENDING; i++) {
      task.pollAnyway();
    }
    task.commit();
    Thread waiting = Thread.currentThread();
    Thread worker =
        new Thread(
            () -> {
              while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
              }
              task.workers.run(0);
            });
    worker.setDaemon(true);
    worker.start();
    task.pollAnyway();
    worker.join();
    assertThat(task.attempts).hasSize(1);
    // Would wait for what nobody does.
    task.pollAnyway();
    task.commit();
    assertThat(task.outcomes).hasSize(1);
  }

  @Test
  void damagedRowsHaveOutcomesToo() {
    task.upload("forgotten");
    task.upload("lost");
    task.upload("good");
    while (task.poll()) {}
    task.commit();
    PendingKey place = new PendingKey("image-uploaded", 0, 0, PendingKey.RECORD);
    task.log.put(place.ofImage(0).bytes(), new byte[] {99});
    PendingKey lost = new PendingKey("image-uploaded", 0, 1, PendingKey.RECORD);
    task.log.put(lost.bytes(), new byte[] {1, 2, 3});
    task.log.put(Bytes.wrap(new byte[] {5}), new byte[] {5});
    task.log.put(PendingKey.crashes(), new byte[] {5});
    task.crash();
    task.settle();

    assertThat(task.restored()).containsExactlyInAnyOrder("forgotten", "good");
    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.INTERNAL);
    assertThat(task.outcomes)
        .extracting(SimulatedTask.Outcome::eventId)
        .contains("image-uploaded-0-1-0");
    assertThat(task.log.keySet()).isSubsetOf(PendingKey.crashes());
  }

  @Test
  void aTaskThatMovedIsSuspiciousButNotGuilty() {
    task.upload("a");
    task.poll();
    task.commit();
    for (int i = 0; i < 5; i++) {
      task.moveAway();
      task.tick(TICK);
      task.commit();
    }
    task.settle();

    assertThat(task.restored()).containsExactly("a");
    assertThat(task.letters()).isEmpty();
  }
}
