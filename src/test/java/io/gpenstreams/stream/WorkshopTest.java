package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.Stage;
import io.gpenstreams.stream.Desk.Tally;
import io.gpenstreams.stream.Finished.Restored;
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

class WorkshopTest {
  private static final int PLACES = 4;

  private final TestClock clock = new TestClock();
  private final TestWorkers workers = new TestWorkers();
  private final Workshop workshop = workshop(workers);

  private Workshop workshop(Executor executor) {
    return new Workshop("process", PLACES, Duration.ofSeconds(30), clock, executor, clock::photo);
  }

  private static Job job(int index) {
    return new Job(new PendingKey("image-uploaded", 0, index, 0), false);
  }

  private static Restored result() {
    return new Restored(null, new byte[0]);
  }

  @Test
  void oneTaskMayUseEveryPlace() {
    Desk desk = workshop.open();
    workshop.open();

    assertThat(desk.reserve(10)).isEqualTo(PLACES);
    assertThat(desk.reserve(10)).isZero();
  }

  @Test
  void whoHasMoreThanItsShareWaitsForTheOthers() {
    Desk greedy = workshop.open();
    Desk late = workshop.open();
    assertThat(greedy.reserve(10)).isEqualTo(4);
    assertThat(late.reserve(10)).isZero();

    greedy.giveBack(job(0));
    greedy.giveBack(job(1));

    assertThat(greedy.reserve(10)).as("they are the other's").isZero();
    assertThat(late.reserve(10)).isEqualTo(2);
  }

  @Test
  void whatOneTaskCannotUseTheOtherGets() {
    Desk one = workshop.open();
    Desk other = workshop.open();
    assertThat(one.reserve(1)).isEqualTo(1);
    assertThat(other.reserve(10)).isEqualTo(3);
  }

  @Test
  void resultsGoToTheDeskThatGaveTheWorkOut() {
    Desk desk = workshop.open();
    Job job = job(1);
    desk.reserve(1);
    desk.start(job, photo -> result());
    assertThat(desk.poll()).isNull();
    workers.runAll();

    assertThat(desk.poll()).extracting(Finished::job).isSameAs(job);
    assertThat(desk.poll()).isNull();
    assertThat(desk.reserve(PLACES)).isEqualTo(PLACES);
  }

  @Test
  void aClosedDeskKeepsItsPlacesOnlyWhileItsWorkRuns() {
    AtomicInteger begun = new AtomicInteger();
    Desk old = workshop.open();
    old.reserve(2);
    old.start(
        job(1),
        photo -> {
          begun.incrementAndGet();
          old.close();
          assertThat(workshop.open().reserve(PLACES)).isEqualTo(PLACES - 2);
          return result();
        });
    old.start(
        job(2),
        photo -> {
          begun.incrementAndGet();
          return result();
        });
    workers.runAll();

    assertThat(begun).as("what had not begun never does").hasValue(1);
    assertThat(workshop.idle()).isTrue();
  }

  @Test
  void whatHangsIsSeen() {
    Desk desk = workshop.open();
    desk.reserve(1);
    desk.start(
        job(1),
        photo -> {
          clock.advance(Duration.ofMinutes(5));
          assertThat(workshop.longestStep()).as("whoever waits does not hang").isZero();
          return photo.time(
              Stage.RESTORE,
              () -> {
                clock.advance(Duration.ofMinutes(7));
                assertThat(workshop.longestStep()).isEqualTo(Duration.ofMinutes(7));
                assertThat(workshop.idle()).isFalse();
                return result();
              });
        });
    workers.runAll();

    assertThat(workshop.longestStep()).isZero();
    assertThat(workshop.idle()).isTrue();
  }

  @Test
  void ageAndCountsAreThoseOfAllTasks() {
    Desk one = workshop.open();
    Desk other = workshop.open();
    assertThat(workshop.oldest()).isZero();
    one.say(new Tally(3, 2, 1, clock.instant().toEpochMilli() - 5000));
    other.say(new Tally(4, 2, 0, clock.instant().toEpochMilli() - 7000));

    assertThat(workshop.pending()).isEqualTo(7);
    assertThat(workshop.suspects()).isEqualTo(1);
    assertThat(workshop.oldest()).isEqualTo(Duration.ofSeconds(7));

    other.close();
    assertThat(workshop.pending()).isEqualTo(3);
  }

  @Property(tries = 300)
  void placesAreNeitherLostNorGivenTwice(@ForAll long seed) {
    Random random = new Random(seed);
    List<Desk> desks = new ArrayList<>();
    List<Desk> reserved = new ArrayList<>();
    clock.advance(Duration.ofMinutes(1));
    for (int step = 0; step < 100; step++) {
      switch (random.nextInt(6)) {
        case 0 -> desks.add(workshop.open());
        case 1, 2 -> {
          if (!desks.isEmpty()) {
            Desk desk = desks.get(random.nextInt(desks.size()));
            int places = desk.reserve(random.nextInt(6));
            for (int i = 0; i < places; i++) {
              reserved.add(desk);
            }
          }
        }
        case 3 -> {
          if (!reserved.isEmpty()) {
            Desk desk = reserved.remove(random.nextInt(reserved.size()));
            if (random.nextBoolean()) {
              desk.start(job(step), photo -> result());
            } else {
              desk.giveBack(job(step));
            }
          }
        }
        case 4 -> {
          if (workers.queued() > 0) {
            workers.run(random.nextInt(workers.queued()));
          }
        }
        default -> {
          if (!desks.isEmpty()) {
            Desk desk = desks.get(random.nextInt(desks.size()));
            if (random.nextInt(3) == 0) {
              while (reserved.remove(desk)) {
                desk.giveBack(job(step));
              }
              desk.close();
              desks.remove(desk);
            } else if (random.nextBoolean()) {
              desk.cancelAlone();
            } else if (desk.reserveAlone()) {
              desk.start(new Job(job(step).key(), true), photo -> result());
            }
          }
        }
      }
      assertThat(reserved.size() + workers.queued()).isLessThanOrEqualTo(PLACES);
    }
    reserved.forEach(desk -> desk.giveBack(job(0)));
    workers.runAll();
    desks.forEach(Desk::close);
    try (Desk last = workshop.open()) {
      int places = last.reserve(100);
      for (int i = 0; i < places; i++) {
        last.giveBack(job(i));
      }
      assertThat(places).isEqualTo(PLACES);
    }
  }

  @Test
  void manyThreadsLoseNoResult() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    Workshop busy = workshop(pool);
    int jobs = 500;
    CountDownLatch done = new CountDownLatch(2 * jobs);
    Runnable task =
        () -> {
          try (Desk desk = busy.open()) {
            int started = 0;
            int finished = 0;
            while (finished < jobs) {
              int places = desk.reserve(jobs - started);
              for (int i = 0; i < places; i++) {
                desk.start(job(started++), photo -> result());
              }
              if (desk.poll(Duration.ofMillis(1)) != null) {
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
    assertThat(busy.open().reserve(100)).isEqualTo(PLACES);
  }

  @Test
  void itIsCalmWhenNoTaskHasComeForAWhile() {
    assertThat(workshop.calm()).isFalse();
    clock.advance(Duration.ofSeconds(20));
    Desk moved = workshop.open();
    clock.advance(Duration.ofSeconds(29));
    assertThat(workshop.calm()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(workshop.calm()).isTrue();
    moved.close();
    assertThat(workshop.calm()).as("a task that goes is no sign of trouble").isTrue();
  }

  @Test
  void deathsOfLongAgoCountForNobody() {
    workshop.learn(CrashLog.EMPTY.with(Set.of("old"), clock.instant().minus(Duration.ofHours(2))));
    workshop.learn(CrashLog.EMPTY.with(Set.of("new"), clock.instant()));
    assertThat(workshop.crashes().deaths()).containsOnlyKeys("new");

    clock.advance(Duration.ofMinutes(61));

    assertThat(workshop.crashes().deaths()).isEmpty();
  }
}
