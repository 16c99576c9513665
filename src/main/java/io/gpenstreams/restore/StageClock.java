package io.gpenstreams.restore;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage.Timings;
import io.gpenstreams.event.Stage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How long one photo has spent in each stage, and whether it may go on. For the thread that handles
 * the photo.
 */
public final class StageClock {
  private final long started = System.nanoTime();
  private final Duration limit;
  private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);

  /**
   * Starts now.
   *
   * @param limit time for the whole photo
   */
  public StageClock(Duration limit) {
    this.limit = limit;
  }

  /**
   * Runs a step and adds its time to a stage.
   *
   * @throws RestorationException {@code TIMEOUT} if the photo's time was over before the step
   */
  public <T> T time(Stage stage, Supplier<T> step) {
    long begin = System.nanoTime();
    if (begin - started > limit.toNanos()) {
      throw new RestorationException(
          ErrorCode.TIMEOUT, stage, "not done within " + limit.toSeconds() + " s");
    }
    try {
      return step.get();
    } finally {
      nanos.merge(stage, System.nanoTime() - begin, Long::sum);
    }
  }

  /** {@link #time(Stage, Supplier)} for a step that gives nothing. */
  public void run(Stage stage, Runnable step) {
    time(
        stage,
        () -> {
          step.run();
          return null;
        });
  }

  /** What a stage has taken until now. */
  public Duration spent(Stage stage) {
    return Duration.ofNanos(nanos.getOrDefault(stage, 0L));
  }

  /** The times until now. */
  public Timings timings() {
    return new Timings(
        millis(Stage.FETCH),
        millis(Stage.DECODE),
        millis(Stage.DETECT),
        millis(Stage.RESTORE),
        millis(Stage.BLEND),
        millis(Stage.ENCODE),
        millis(Stage.STORE),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
  }

  private long millis(Stage stage) {
    return TimeUnit.NANOSECONDS.toMillis(nanos.getOrDefault(stage, 0L));
  }
}
