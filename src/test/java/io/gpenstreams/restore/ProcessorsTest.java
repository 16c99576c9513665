package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Step> steps = new ArrayList<>();

  @AfterEach
  void stop() {
    steps.forEach(Step::end);
    threads.shutdown();
  }

  private static StageClock photo() {
    return new StageClock(Duration.ofMinutes(1));
  }

  /** A step of a photo on a thread of its own, which ends when it is told to. */
  private final class Step {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch ending = new CountDownLatch(1);
    private final CompletableFuture<Void> done;

    Step(Processors processors, StageClock photo) {
      done =
          CompletableFuture.runAsync(
              () ->
                  processors.run(
                      photo,
                      Stage.DETECT,
                      () -> {
                        begun.countDown();
                        await(ending);
                      }),
              threads);
      steps.add(this);
    }

    boolean isRunning() {
      return begun.getCount() == 0 && !done.isDone();
    }

    void end() {
      ending.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Step running(Processors processors, StageClock photo) {
    Step step = new Step(processors, photo);
    await(step.begun);
    return step;
  }

  private Step waiting(Processors processors, StageClock photo) {
    int before = processors.waiting();
    Step step = new Step(processors, photo);
    awaitWaiting(processors, before + 1);
    return step;
  }

  private static void awaitWaiting(Processors processors, int steps) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> processors.waiting() == steps);
  }

  // Whoever is admitted is no longer waiting by the time that the step before has given back.
  private static void finish(Step step, Step next) throws Exception {
    step.end();
    step.done.get(1, TimeUnit.MINUTES);
    await(next.begun);
  }

  @Test
  void aPhotoThatIsAloneHasAllPlaces() {
    Processors processors = new Processors(3);
    StageClock photo = photo();

    List<Step> all = IntStream.range(0, 3).mapToObj(i -> running(processors, photo)).toList();

    assertThat(all).allMatch(Step::isRunning);
    assertThat(waiting(processors, photo).isRunning()).isFalse();
  }

  @Test
  void aPhotoWithoutAPlaceGoesBeforeOneThatHasOne() throws Exception {
    Processors processors = new Processors(2);
    StageClock many = photo();
    StageClock other = photo();
    Step first = running(processors, many);
    Step second = running(processors, many);
    Step third = waiting(processors, many);
    Step late = waiting(processors, other);

    finish(first, late);

    assertThat(second.isRunning()).isTrue();
    assertThat(third.isRunning()).isFalse();
    finish(late, third);
  }

  @Test
  void slowPhotosHoldOnePlaceEachWhileOthersWait() throws Exception {
    Processors processors = new Processors(2);
    StageClock slow = photo();
    Step held = running(processors, slow);
    Step current = running(processors, photo());
    Step face = waiting(processors, slow);

    for (int i = 0; i < 20; i++) {
      Step normal = waiting(processors, photo());
      finish(current, normal);
      assertThat(face.isRunning()).isFalse();
      current = normal;
    }

    assertThat(held.isRunning()).isTrue();
    finish(current, face);
  }

  @Test
  void photosWithoutAPlaceGoFirstComeFirstServed() throws Exception {
    Processors processors = new Processors(1);
    Step current = running(processors, photo());
    List<Step> line = IntStream.range(0, 5).mapToObj(i -> waiting(processors, photo())).toList();

    for (Step next : line) {
      finish(current, next);
      assertThat(line.stream().filter(Step::isRunning)).containsExactly(next);
      current = next;
    }
  }

  @Test
  void photosWithManyStepsTakeTurns() throws Exception {
    Processors processors = new Processors(1);
    StageClock a = photo();
    StageClock b = photo();
    Step current = running(processors, photo());
    List<Step> ofA = IntStream.range(0, 3).mapToObj(i -> waiting(processors, a)).toList();
    List<Step> ofB = IntStream.range(0, 3).mapToObj(i -> waiting(processors, b)).toList();

    for (int i = 0; i < 3; i++) {
      finish(current, ofA.get(i));
      finish(ofA.get(i), ofB.get(i));
      current = ofB.get(i);
    }
  }

  @Test
  void placesThatNobodyElseWantsAreNotLeftIdle() throws Exception {
    Processors processors = new Processors(3);
    StageClock a = photo();
    StageClock b = photo();
    Step last = running(processors, photo());
    running(processors, a);
    running(processors, b);
    Step secondOfA = waiting(processors, a);

    finish(last, secondOfA);

    assertThat(steps.stream().filter(Step::isRunning)).hasSize(3);
  }

  @Test
  void aStepThatFailsGivesItsPlaceBack() {
    Processors processors = new Processors(1);
    StageClock over = new StageClock(Duration.ofNanos(-1));

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                processors.run(
                    photo(),
                    Stage.DECODE,
                    () -> {
                      throw new IllegalStateException("no pixels");
                    }));
    assertThatExceptionOfType(RestorationException.class)
        .isThrownBy(() -> processors.run(over, Stage.DECODE, () -> 1))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT));

    assertThat(processors.run(photo(), Stage.DECODE, () -> 7)).isEqualTo(7);
  }

  @Test
  void anInterruptIsKeptAndDoesNotJumpTheQueue() throws Exception {
    Processors processors = new Processors(1);
    Step current = running(processors, photo());
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread thread =
        new Thread(
            () ->
                processors.run(
                    photo(),
                    Stage.DECODE,
                    () -> interrupted.set(Thread.currentThread().isInterrupted())));
    thread.start();
    awaitWaiting(processors, 1);

    thread.interrupt();
    assertThat(processors.waiting()).isEqualTo(1);
    current.end();
    thread.join(TimeUnit.MINUTES.toMillis(1));

    assertThat(interrupted).isTrue();
  }

  @Test
  void anyNumberOfStepsAllComeToAnEndWithinThePlaces() throws Exception {
    Processors processors = new Processors(2);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Map<StageClock, AtomicInteger> done = new HashMap<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      StageClock photo = photo();
      AtomicInteger count = new AtomicInteger();
      done.put(photo, count);
      for (int j = 0; j < 20; j++) {
        all.add(
            CompletableFuture.runAsync(
                () ->
                    processors.run(
                        photo,
                        Stage.BLEND,
                        () -> {
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          Thread.onSpinWait();
                          running.decrementAndGet();
                          count.incrementAndGet();
                        }),
                threads));
      }
    }

    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);

    assertThat(most).hasValueBetween(1, 2);
    assertThat(done.values()).allSatisfy(count -> assertThat(count).hasValue(20));
    assertThat(processors.waiting()).isZero();
    // Both places are free again.
    StageClock photo = photo();
    assertThat(List.of(running(processors, photo), running(processors, photo)))
        .allMatch(Step::isRunning);
  }
}
