package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.stream.WorkerPool.TaskSlots;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingMetricsTest {
  private final TestClock clock = new TestClock();
  private final TestWorkers workers = new TestWorkers();
  private final WorkerPool pool =
      new WorkerPool(
          "process", 4, Duration.ZERO, clock, workers, () -> new StageClock(Duration.ofMinutes(1)));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PendingMetrics metrics = new PendingMetrics(registry, pool, () -> true);

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double inFlight(String stage) {
    return registry.get("gpen.in.flight").tag("stage", stage).gauge().value();
  }

  @Test
  void showsWhatTheTasksSay() {
    assertThat(gauge("gpen.pending.age")).isZero();
    TaskSlots slots = pool.open();
    slots.publish(new TaskSnapshot(3, 2, 1, clock.instant().toEpochMilli() - 2500));

    assertThat(gauge("gpen.pending")).isEqualTo(3);
    assertThat(gauge("gpen.suspects")).isEqualTo(1);
    assertThat(gauge("gpen.pending.age")).isEqualTo(2.5);
  }

  @Test
  void showsWhatRunsAndWhetherStorageIsAway() {
    TaskSlots slots = pool.open();
    List<Double> fetching = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      slots.reserve(1);
      slots.start(
          new Attempt(new PendingKey("image-uploaded", 0, i, 0), new Mark("process", false)),
          photo -> {
            assertThat(inFlight("waiting")).isEqualTo(1);
            photo.time(
                Stage.FETCH,
                () -> {
                  fetching.add(inFlight("fetch"));
                  return null;
                });
            throw new RestorationException(ErrorCode.STORAGE_UNAVAILABLE, Stage.FETCH, "away");
          });
      workers.runAll();
    }

    assertThat(fetching).containsExactly(1.0, 1.0, 1.0);
    assertThat(inFlight("fetch")).isZero();
    assertThat(inFlight("waiting")).isZero();
    assertThat(gauge("gpen.storage.away")).isEqualTo(1);
  }

  @Test
  void countsRetriesByCode() {
    assertThat(registry.get("gpen.retries").tag("code", "TIMEOUT").counter().count()).isZero();
    metrics.retried(ErrorCode.TIMEOUT);
    assertThat(registry.get("gpen.retries").tag("code", "TIMEOUT").counter().count()).isOne();
  }
}
