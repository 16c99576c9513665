package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.Stage;
import io.gpenstreams.stream.WorkerPool.TaskSlots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  private static final int PERMITS = 4;

  private final TestClock clock = new TestClock();
  private final TestWorkers workers = new TestWorkers();
  private final WorkerPool pool = pool(workers);

  private WorkerPool pool(Executor executor) {
    return new WorkerPool(
        "process", PERMITS, Duration.ofSeconds(30), clock, executor, clock::photo);
  }

  private static Attempt attempt(int index) {
    return attempt(index, false);
  }

  private static Attempt attempt(int index, boolean alone) {
    return new Attempt(new PendingKey("image-uploaded", 0, index, 0), new Mark("process", alone));
  }

  private static RestoredEvent result() {
    return new RestoredEvent(null, new byte[0]);
  }

  @Test
  void oneTaskMayUseEveryPermit() {
    TaskSlots slots = pool.open();
    pool.open();

    assertThat(slots.reserve(10)).isEqualTo(PERMITS);
    assertThat(slots.reserve(10)).isZero();
  }

  @Test
  void whoHasMoreThanItsShareWaitsForTheOthers() {
    TaskSlots greedy = pool.open();
    TaskSlots late = pool.open();
    assertThat(greedy.reserve(10)).isEqualTo(4);
    assertThat(late.reserve(10)).isZero();

    greedy.giveBack(attempt(0));
    greedy.giveBack(attempt(1));

    assertThat(greedy.reserve(10)).as("they are the other's").isZero();
    assertThat(late.reserve(10)).isEqualTo(2);
  }

  @Test
  void whatOneTaskCannotUseTheOtherGets() {
    TaskSlots one = pool.open();
    TaskSlots other = pool.open();
    assertThat(one.reserve(1)).isEqualTo(1);
    assertThat(other.reserve(10)).isEqualTo(3);
  }

  @Test
  void resultsGoToTheTaskThatGaveTheWorkOut() {
    TaskSlots slots = pool.open();
    Attempt attempt = attempt(1);
    slots.reserve(1);
    slots.start(attempt, photo -> result());
    assertThat(slots.poll()).isNull();
    workers.runAll();

    assertThat(slots.poll()).extracting(AttemptResult::attempt).isSameAs(attempt);
    assertThat(slots.poll()).isNull();
    assertThat(slots.reserve(PERMITS)).isEqualTo(PERMITS);
  }

  @Test
  void aClosedTaskKeepsItsPermitsOnlyWhileItsWorkRuns() {
    AtomicInteger begun = new AtomicInteger();
    TaskSlots old = pool.open();
    old.reserve(2);
    old.start(
        attempt(1),
        photo -> {
          begun.incrementAndGet();
          old.close();
          assertThat(pool.open().reserve(PERMITS)).isEqualTo(PERMITS - 2);
          return result();
        });
    old.start(
        attempt(2),
        photo -> {
          begun.incrementAndGet();
          return result();
        });
    workers.runAll();

    assertThat(begun).as("what had not begun never does").hasValue(1);
    assertThat(pool.idle()).isTrue();
  }

  @Test
  void whatHangsIsSeen() {
    TaskSlots slots = pool.open();
    slots.reserve(1);
    slots.start(
        attempt(1),
        photo -> {
          clock.advance(Duration.ofMinutes(5));
          assertThat(pool.longestStep()).as("whoever waits does not hang").isZero();
          return photo.time(
              Stage.RESTORE,
              () -> {
                clock.advance(Duration.ofMinutes(7));
                assertThat(pool.longestStep()).isEqualTo(Duration.ofMinutes(7));
                assertThat(pool.idle()).isFalse();
                return result();
              });
        });
    workers.runAll();

    assertThat(pool.longestStep()).isZero();
    assertThat(pool.idle()).isTrue();
  }

  @Test
  void ageAndCountsAreThoseOfAllTasks() {
    TaskSlots one = pool.open();
    TaskSlots other = pool.open();
    assertThat(pool.oldest()).isZero();
    one.publish(new TaskSnapshot(3, 2, 1, clock.instant().toEpochMilli() - 5000));
    other.publish(new TaskSnapshot(4, 2, 0, clock.instant().toEpochMilli() - 7000));

    assertThat(pool.pending()).isEqualTo(7);
    assertThat(pool.suspects()).isEqualTo(1);
    assertThat(pool.oldest()).isEqualTo(Duration.ofSeconds(7));

    other.close();
    assertThat(pool.pending()).isEqualTo(3);
  }

  @Property(tries = 300)
  void permitsAreNeitherLostNorGivenTwice(@ForAll long seed) {
    Random random = new Random(seed);
    List<TaskSlots> tasks = new ArrayList<>();
    List<TaskSlots> reserved = new ArrayList<>();
    clock.advance(Duration.ofMinutes(1));
    for (int step = 0; step < 100; step++) {
      switch (random.nextInt(6)) {
        case 0 -> tasks.add(pool.open());
        case 1, 2 -> {
          if (!tasks.isEmpty()) {
            TaskSlots slots = tasks.get(random.nextInt(tasks.size()));
            int permits = slots.reserve(random.nextInt(6));
            for (int i = 0; i < permits; i++) {
              reserved.add(slots);
            }
          }
        }
        case 3 -> {
          if (!reserved.isEmpty()) {
            TaskSlots slots = reserved.remove(random.nextInt(reserved.size()));
            if (random.nextBoolean()) {
              slots.start(attempt(step), photo -> result());
            } else {
              slots.giveBack(attempt(step));
            }
          }
        }
        case 4 -> {
          if (workers.queued() > 0) {
            workers.run(random.nextInt(workers.queued()));
          }
        }
        default -> {
          if (!tasks.isEmpty()) {
            TaskSlots slots = tasks.get(random.nextInt(tasks.size()));
            if (random.nextInt(3) == 0) {
              while (reserved.remove(slots)) {
                slots.giveBack(attempt(step));
              }
              slots.close();
              tasks.remove(slots);
            } else if (random.nextBoolean()) {
              slots.cancelReserveAll();
            } else if (slots.reserveAll()) {
              slots.start(attempt(step, true), photo -> result());
            }
          }
        }
      }
      assertThat(reserved.size() + workers.queued()).isLessThanOrEqualTo(PERMITS);
    }
    reserved.forEach(slots -> slots.giveBack(attempt(0)));
    workers.runAll();
    tasks.forEach(TaskSlots::close);
    try (TaskSlots last = pool.open()) {
      int permits = last.reserve(100);
      for (int i = 0; i < permits; i++) {
        last.giveBack(attempt(i));
      }
      assertThat(permits).isEqualTo(PERMITS);
    }
  }

  @Test
  void manyThreadsLoseNoResult() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    WorkerPool busy = pool(pool);
    int attempts = 500;
    CountDownLatch done = new CountDownLatch(2 * attempts);
    Runnable task =
        () -> {
          try (TaskSlots slots = busy.open()) {
            int started = 0;
            int finished = 0;
            while (finished < attempts) {
              int permits = slots.reserve(attempts - started);
              for (int i = 0; i < permits; i++) {
                slots.start(attempt(started++), photo -> result());
              }
              if (slots.poll(Duration.ofMillis(1)) != null) {
                finished++;
                done.countDown();
              }
            }
          }
        };
    new Thread(task).start();
    new Thread(task).start();

    assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
    pool.shutdown();
    assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(busy.idle()).isTrue();
    assertThat(busy.open().reserve(100)).isEqualTo(PERMITS);
  }

  @Test
  void itIsCalmWhenNoTaskHasComeForAWhile() {
    assertThat(pool.calm()).isFalse();
    clock.advance(Duration.ofSeconds(20));
    TaskSlots moved = pool.open();
    clock.advance(Duration.ofSeconds(29));
    assertThat(pool.calm()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(pool.calm()).isTrue();
    moved.close();
    assertThat(pool.calm()).as("a task that goes is no sign of trouble").isTrue();
  }

  @Test
  void deathsOfLongAgoCountForNobody() {
    pool.addCrashes(CrashLog.EMPTY.with(Set.of("old"), clock.instant().minus(Duration.ofHours(2))));
    pool.addCrashes(CrashLog.EMPTY.with(Set.of("new"), clock.instant()));
    assertThat(pool.crashes().deaths()).containsOnlyKeys("new");

    clock.advance(Duration.ofMinutes(61));

    assertThat(pool.crashes().deaths()).isEmpty();
  }
}
