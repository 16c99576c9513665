package io.gpenstreams.stream;

import static io.gpenstreams.stream.ProcessorHarness.CALM;
import static io.gpenstreams.stream.ProcessorHarness.MAX_PENDING;
import static io.gpenstreams.stream.ProcessorHarness.TICK;
import static io.gpenstreams.stream.ProcessorHarness.unchanged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the state diagram does not draw: order, transactions, shutdown, back-pressure, damage. */
class RestorationProcessorTest {
  // By image id; all others are restored.
  private final Map<String, Function<ImageUploaded, RestoredImage>> scripts = new HashMap<>();
  private final ProcessorHarness task =
      new ProcessorHarness(
          Duration.ofMillis(1),
          (image, clock) ->
              scripts.getOrDefault(image.imageId(), ProcessorHarness::unchanged).apply(image));

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
  void anIdleTaskNeedsNoPunctuationAndNoCommit() {
    task.tick(TICK);
    assertThat(task.ticking()).isFalse();
    assertThat(task.wantsCommit()).isFalse();

    task.upload("a");
    task.poll();
    assertThat(task.ticking()).isTrue();

    task.settle();
    assertThat(task.ticking()).isFalse();
    assertThat(task.pool.pending()).isZero();
  }

  @Test
  void whileAPhotoRunsNothingIsCommitted() {
    task.take("a");
    task.tick(TICK);
    task.tick(TICK);

    assertThat(task.wantsCommit()).isFalse();
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
    task.tickAndCommit(TICK);
    assertThat(task.restored()).containsExactly("b");

    task.settle();
    assertThat(task.attempts).containsExactly("b", "a", "a");
    assertThat(task.eventIds())
        .containsExactly("image-uploaded-0-1-0", "image-uploaded-0-0-0", "image-uploaded-0-2-0");
  }

  @Test
  void aFailureThatStaysIsADeadLetterThatSaysWhy() {
    scripts.put("a", fails(ErrorCode.MODEL_FAILED));
    task.upload("a");
    task.settle();

    assertThat(task.restored()).isEmpty();
    assertThat(task.letters()).hasSize(1);
    RestorationFailed letter = task.letters().get(0);
    assertThat(letter.imageId()).isEqualTo("a");
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.error().code()).isEqualTo(ErrorCode.MODEL_FAILED);
    assertThat(letter.error().stage()).isEqualTo(Stage.FETCH);
    assertThat(letter.error().retryable()).isTrue();
  }

  @Test
  void anErrorOfTheServiceItselfIsADeadLetterToo() {
    scripts.put(
        "a",
        image -> {
          throw new IllegalStateException("a bug");
        });
    task.upload("a");
    task.settle();

    assertThat(task.letters()).hasSize(1);
    RestorationFailed letter = task.letters().get(0);
    assertThat(letter.error().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(letter.error().message()).contains("a bug");
    assertThat(letter.attempts()).isEqualTo(3);
  }

  @Test
  void anOutageOfStorageIsWaitedForAndCostsNoPhoto() {
    for (String id : List.of("a", "b", "c", "d", "e")) {
      scripts.put(id, RestorationProcessorTest::meetsAnOutage);
      task.upload(id);
      task.poll();
    }
    for (int i = 0; i < 200; i++) {
      task.tickAndCommit(Duration.ofSeconds(1));
      task.workers.runAll();
    }
    assertThat(task.attempts).hasSizeGreaterThan(5 * 3);
    assertThat(task.outcomes).isEmpty();

    scripts.clear();
    task.settle();

    assertThat(task.restored()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
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
    task.tickAndCommit(TICK);
    assertThat(task.workers.queued()).isEqualTo(4);
    task.workers.runAll();

    assertThat(task.attempts.subList(4, 8)).containsExactly("good0", "good1", "good2", "good3");
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
  void aSuspectWaitsForPhotosOfOtherTasks() {
    task.take("a");
    task.crash();
    assertThat(task.otherTask.reserve(1)).isEqualTo(1);
    Attempt other =
        new Attempt(new PendingKey("image-uploaded", 1, 0, 0), new Mark("process-2", false));
    task.tickAndCommit(CALM);
    assertThat(task.workers.queued()).isZero();
    assertThat(task.otherTask.reserve(1)).as("the pool empties").isZero();

    task.otherTask.giveBack(other);
    task.tickAndCommit(TICK);

    assertThat(task.workers.queued()).isEqualTo(1);
    assertThat(task.otherTask.reserve(1)).isZero();
    task.workers.runAll();
    assertThat(task.otherTask.reserve(1)).isEqualTo(1);
  }

  @Test
  void fiftyKillsMakeNoPhotoGuilty() {
    for (int kill = 0; kill < 50; kill++) {
      task.upload("photo-" + kill);
      task.poll();
      task.tickAndCommit(TICK);
      if (kill % 5 == 4) {
        // This time it lives long enough to take a suspect.
        task.tickAndCommit(CALM);
      }
      task.crash();
    }
    task.settle();

    assertThat(task.letters()).isEmpty();
    assertThat(task.restored()).hasSize(50).doesNotHaveDuplicates();
  }

  @Test
  void aStopInOrderLeavesNoSuspects() {
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
    // On this thread, which the task belongs to.
    await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              task.tickAndCommit(TICK);
              return !stop.isAlive();
            });
    assertThat(task.histories("marked")).extracting(AttemptHistory::attempts).containsExactly(0);
    assertThat(task.marks("running")).containsExactly(Optional.empty());

    task.crash();
    task.settle();
    assertThat(task.pool.suspects()).isZero();
    assertThat(task.restored()).containsExactlyInAnyOrder("running", "queued", "marked");
  }

  private Thread drain() {
    Thread stop =
        new Thread(
            () -> {
              try {
                task.pool.drain(Duration.ofMillis(200), Duration.ofSeconds(20));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    stop.start();
    await().until(() -> task.pool.phase() != WorkerPool.Phase.OPEN);
    return stop;
  }

  @Test
  void aFullTaskIsGivenNoMoreRecords() {
    for (int i = 0; i < 3 * MAX_PENDING; i++) {
      task.upload("photo-" + i);
    }
    while (task.poll()) {}
    assertThat(task.pool.pending()).isEqualTo(MAX_PENDING);

    task.settle();
    assertThat(task.restored()).hasSize(3 * MAX_PENDING);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void whereTheConsumerCannotBePausedEachTransactionWaitsForOneResult() throws Exception {
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
              await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
              task.workers.run(0);
            });
    worker.setDaemon(true);
    worker.start();
    task.pollAnyway();
    worker.join();
    assertThat(task.attempts).hasSize(1);
    // A second wait in the same transaction would have no result to wait for.
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
    PendingKey forgotten = new PendingKey("image-uploaded", 0, 0, PendingKey.RECORD);
    task.rows.put(forgotten.ofImage(0).bytes(), new byte[] {99});
    PendingKey lost = new PendingKey("image-uploaded", 0, 1, PendingKey.RECORD);
    task.rows.put(lost.bytes(), new byte[] {1, 2, 3});
    task.rows.put(Bytes.wrap(new byte[] {5}), new byte[] {5});
    task.rows.put(PendingKey.crashes(), new byte[] {5});
    task.crash();
    task.settle();

    assertThat(task.restored()).containsExactlyInAnyOrder("forgotten", "good");
    assertThat(task.letters())
        .extracting(letter -> letter.error().code())
        .containsExactly(ErrorCode.INTERNAL);
    assertThat(task.eventIds()).contains("image-uploaded-0-1-0");
    assertThat(task.rows.keySet()).isSubsetOf(PendingKey.crashes());
  }
}
