package io.gpenstreams.restore;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage.Timings;
import io.gpenstreams.event.Stage;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How long one photo has spent in each stage, what it is at, and whether it may go on. Waiting for
 * a turn, which is the other photos' doing, counts to no stage and not to the limit. Waiting for S3
 * counts to its stage but not to the limit: it has time limits of its own, and a slow network is no
 * device that hangs. Safe for any number of threads: faces of one photo are worked on at the same
 * time.
 *
 * <p>Invariant: up to {@code last}, every moment in which steps were open is divided equally among
 * them, so that the stages' times never add up to more than the time that has passed; {@code
 * worked} is the time in which a step other than S3's was open.
 */
public final class StageClock {
  private static final Set<Stage> NETWORK = EnumSet.of(Stage.FETCH, Stage.STORE);

  private final LongSupplier nanoTime;
  private final Duration limit;
  private final long started;
  private final Map<Stage, Double> nanos = new EnumMap<>(Stage.class);
  private final Map<Stage, Interval> intervals = new EnumMap<>(Stage.class);
  private final Set<Step> open = new LinkedHashSet<>();
  private double worked;
  private long last;

  /**
   * Starts now.
   *
   * @param limit time for the whole photo, without waiting
   */
  public StageClock(Duration limit) {
    this(limit, System::nanoTime);
  }

  /**
   * Starts now, by a clock of the caller's.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public StageClock(Duration limit, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.limit = limit;
    this.started = nanoTime.getAsLong();
    this.last = started;
  }

  /**
   * From the first step of a stage to the end of its last; other stages may lie within.
   *
   * @param begun since the clock was started
   * @param ended since the clock was started
   */
  public record Interval(Duration begun, Duration ended) {}

  /** A step that has begun. */
  public final class Step {
    private final Stage stage;
    private final long begun;

    private Step(Stage stage, long begun) {
      this.stage = stage;
      this.begun = begun;
    }

    private boolean works() {
      return !NETWORK.contains(stage);
    }

    /** The step is over. */
    public void end() {
      synchronized (StageClock.this) {
        advance();
        open.remove(this);
        Interval ended = new Interval(since(begun), since(last));
        intervals.merge(
            stage,
            ended,
            (known, one) ->
                known.begun().compareTo(one.begun()) <= 0
                    ? new Interval(known.begun(), one.ended())
                    : one);
      }
    }
  }

  /**
   * Begins a step.
   *
   * @throws RestorationException {@code TIMEOUT} if the photo's time was over before
   */
  public synchronized Step begin(Stage stage) {
    advance();
    if (worked > limit.toNanos()) {
      throw new RestorationException(
          ErrorCode.TIMEOUT, stage, "not done within " + limit.toSeconds() + " s");
    }
    Step step = new Step(stage, last);
    open.add(step);
    return step;
  }

  /**
   * Runs a step.
   *
   * @throws RestorationException {@code TIMEOUT} if the photo's time was over before
   */
  public <T> T time(Stage stage, Supplier<T> work) {
    Step step = begin(stage);
    try {
      return work.get();
    } finally {
      step.end();
    }
  }

  private Duration since(long time) {
    return Duration.ofNanos(time - started);
  }

  private void advance() {
    long now = nanoTime.getAsLong();
    double passed = now - last;
    for (Step step : open) {
      nanos.merge(step.stage, passed / open.size(), Double::sum);
    }
    if (open.stream().anyMatch(Step::works)) {
      worked += passed;
    }
    last = now;
  }

  /** What a stage has taken until now. */
  public synchronized Duration spent(Stage stage) {
    advance();
    return Duration.ofNanos(nanos.getOrDefault(stage, 0.0).longValue());
  }

  /** What the photo is at: the stage of the newest open step; empty while it waits. */
  public synchronized Optional<Stage> stage() {
    return open.stream().max(Comparator.comparingLong(step -> step.begun)).map(step -> step.stage);
  }

  /**
   * How long the oldest open step has been going on; zero while the photo waits, for its turn or
   * for S3.
   */
  public synchronized Duration longestStep() {
    long now = nanoTime.getAsLong();
    return Duration.ofNanos(
        open.stream().filter(Step::works).mapToLong(step -> now - step.begun).max().orElse(0));
  }

  /** When each stage was that has ended a step. */
  public synchronized Map<Stage, Interval> intervals() {
    return new EnumMap<>(intervals);
  }

  /** The time since it was started. */
  public Duration elapsed() {
    return since(nanoTime.getAsLong());
  }

  /** The times until now. */
  public Timings timings() {
    return new Timings(
        spent(Stage.FETCH).toMillis(),
        spent(Stage.DECODE).toMillis(),
        spent(Stage.DETECT).toMillis(),
        spent(Stage.RESTORE).toMillis(),
        spent(Stage.BLEND).toMillis(),
        spent(Stage.ENCODE).toMillis(),
        spent(Stage.STORE).toMillis(),
        elapsed().toMillis());
  }
}
