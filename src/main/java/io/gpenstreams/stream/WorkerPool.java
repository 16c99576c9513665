package io.gpenstreams.stream;

import io.gpenstreams.event.Stage;
import io.gpenstreams.restore.StageClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The workers of this process, and a bulkhead in front of them: the number of photos in flight is
 * bounded by permits. All tasks share both, each through its own {@link TaskSlots}.
 *
 * <p>A photo holds a permit from the moment its attempt is marked until the attempt ends. A task
 * gets the permits that it asks for, except those that another task asks for within its fair share.
 * An attempt at a suspect needs all permits.
 *
 * <p>Invariants, all guarded by this object: {@code taken} is the sum of the permits that tasks
 * hold, including closed tasks whose photos still run; while {@code exclusive} is set, no other
 * task gets a permit; {@code running} holds exactly the attempts that a worker is executing.
 */
public final class WorkerPool {

  /** How far a shutdown has come. */
  enum Phase {
    /** Attempts begin. */
    OPEN,
    /** No attempt begins; those that run may end. */
    DRAINING,
    /** No attempt begins; tasks give up those that run. */
    RELEASING
  }

  private final String process;
  private final int permits;
  private final Duration calm;
  private final InstantSource clock;
  private final Executor workers;
  private final Supplier<StageClock> photoClocks;

  private final Set<TaskSlots> tasks = new LinkedHashSet<>();
  private final Map<Attempt, StageClock> running = new HashMap<>();
  private int taken;
  // The task whose suspect has all permits, or waits for all of them.
  private TaskSlots exclusive;
  private boolean exclusiveGranted;
  private Phase phase = Phase.OPEN;
  private boolean broken;
  private Runnable whenBroken = () -> {};
  private Instant lastTaskOpened;
  private CrashLog crashes = CrashLog.EMPTY;

  /**
   * Accepts work at once.
   *
   * @param process a name that no other process ever has
   * @param permits how many photos may be in flight
   * @param calm how long the process must have had its tasks before it begins a suspect
   * @param workers execute attempts; never reject one
   * @param photoClocks makes a clock that starts now
   */
  WorkerPool(
      String process,
      int permits,
      Duration calm,
      InstantSource clock,
      Executor workers,
      Supplier<StageClock> photoClocks) {
    this.process = process;
    this.permits = permits;
    this.calm = calm;
    this.clock = clock;
    this.workers = workers;
    this.photoClocks = photoClocks;
    this.lastTaskOpened = clock.instant();
  }

  /** The name of this process, which marks carry. */
  String process() {
    return process;
  }

  /** Opens the slots of a task that has come to this process. */
  synchronized TaskSlots open() {
    lastTaskOpened = clock.instant();
    TaskSlots slots = new TaskSlots();
    tasks.add(slots);
    return slots;
  }

  synchronized Phase phase() {
    return phase;
  }

  /**
   * Whether no task has come to this process for so long that a death of this process would say
   * something about a suspect. A task that comes has left another process, which may have died.
   */
  synchronized boolean calm() {
    return !clock.instant().isBefore(lastTaskOpened.plus(calm));
  }

  /**
   * One task's permits and its queue of results, from one {@code init} of the task to the next
   * {@code close}. Results that arrive after {@code close} are dropped.
   *
   * <p>The task's stream thread calls these methods. Workers add to {@code results}; the pool
   * guards all other fields.
   */
  final class TaskSlots implements AutoCloseable {
    private final BlockingQueue<AttemptResult> results = new LinkedBlockingQueue<>();
    // Permits that this task reserved and that have not come back.
    private int held;
    // Permits that it asked for last and did not get.
    private int lacking;
    private TaskSnapshot snapshot = TaskSnapshot.EMPTY;
    private boolean closed;

    private TaskSlots() {}

    /**
     * Reserves up to {@code wanted} permits. Each must go to {@link #start} or {@link #giveBack}.
     */
    int reserve(int wanted) {
      synchronized (WorkerPool.this) {
        lacking = wanted;
        if (phase != Phase.OPEN || exclusive != null || closed) {
          return 0;
        }
        int granted = Math.min(wanted, available(this));
        held += granted;
        lacking -= granted;
        taken += granted;
        return granted;
      }
    }

    /**
     * Reserves all permits, as one, for an attempt at a suspect. Until all are free, the answer is
     * false and no task gets a permit.
     */
    boolean reserveAll() {
      synchronized (WorkerPool.this) {
        if (phase != Phase.OPEN || closed || (exclusive != null && exclusive != this)) {
          return false;
        }
        exclusive = this;
        if (taken > 0) {
          return false;
        }
        exclusiveGranted = true;
        taken = 1;
        held = 1;
        return true;
      }
    }

    /** Stops waiting for all permits. */
    void cancelReserveAll() {
      synchronized (WorkerPool.this) {
        if (exclusive == this && !exclusiveGranted) {
          exclusive = null;
        }
      }
    }

    /** Gives back the permit of an attempt that was never started. */
    void giveBack(Attempt attempt) {
      synchronized (WorkerPool.this) {
        taken--;
        held--;
        if (attempt.alone()) {
          exclusive = null;
          exclusiveGranted = false;
        }
        WorkerPool.this.notifyAll();
      }
    }

    /** Has a worker execute an attempt, with a permit that was reserved for it. */
    void start(Attempt attempt, Function<StageClock, RestoredEvent> work) {
      workers.execute(() -> execute(this, attempt, work));
    }

    /** The next result, or null. */
    AttemptResult poll() {
      return results.poll();
    }

    /** The next result; waits for it up to {@code timeout}, then returns null. */
    AttemptResult poll(Duration timeout) {
      try {
        return results.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }

    void publish(TaskSnapshot now) {
      synchronized (WorkerPool.this) {
        snapshot = now;
        WorkerPool.this.notifyAll();
      }
    }

    /** Abandons all attempts: those that have not begun never will, results are dropped. */
    @Override
    public void close() {
      synchronized (WorkerPool.this) {
        closed = true;
        lacking = 0;
        snapshot = TaskSnapshot.EMPTY;
        cancelReserveAll();
        forgetIfDone(this);
        WorkerPool.this.notifyAll();
      }
    }
  }

  /** Free permits that the task may take without going into what another's fair share covers. */
  private int available(TaskSlots task) {
    int free = permits - taken;
    long users = tasks.stream().filter(other -> other.held + other.lacking > 0).count();
    int share = users == 0 ? permits : (int) ((permits + users - 1) / users);
    int owed =
        tasks.stream()
            .filter(other -> other != task)
            .mapToInt(other -> Math.max(0, Math.min(other.lacking, share - other.held)))
            .sum();
    return Math.max(0, Math.max(free - owed, Math.min(free, share - task.held)));
  }

  // On a worker's thread.
  private void execute(TaskSlots task, Attempt attempt, Function<StageClock, RestoredEvent> work) {
    StageClock photo = photoClocks.get();
    synchronized (this) {
      if (task.closed || phase != Phase.OPEN) {
        task.giveBack(attempt);
        forgetIfDone(task);
        task.results.add(new AttemptResult.NotBegun(attempt));
        return;
      }
      running.put(attempt, photo);
    }
    task.results.add(result(attempt, photo, work));
    synchronized (this) {
      running.remove(attempt);
      task.giveBack(attempt);
      forgetIfDone(task);
    }
  }

  private static AttemptResult result(
      Attempt attempt, StageClock photo, Function<StageClock, RestoredEvent> work) {
    try {
      return new AttemptResult.Restored(attempt, work.apply(photo));
    } catch (Throwable e) {
      // Errors too: otherwise the stream thread would wait for this photo for ever.
      return new AttemptResult.Failed(attempt, e);
    }
  }

  private synchronized void forgetIfDone(TaskSlots task) {
    if (task.closed && task.held == 0) {
      tasks.remove(task);
    }
  }

  /**
   * Stops before the process does. No attempt begins any more. Those that run get {@code grace} to
   * end; then the tasks have {@code release} to take the marks of the rest back, so that the next
   * process does not suspect these photos. Returns as soon as no mark is left.
   */
  public synchronized void drain(Duration grace, Duration release) throws InterruptedException {
    phase = Phase.DRAINING;
    awaitNoMarks(grace);
    phase = Phase.RELEASING;
    awaitNoMarks(release);
  }

  private void awaitNoMarks(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (sum(TaskSnapshot::marked) > 0) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /** Adds the deaths that one task knows of. Images of all tasks are judged by all deaths. */
  synchronized void addCrashes(CrashLog log) {
    crashes = crashes.with(log).recent(clock.instant());
  }

  /** Removes deaths whose cause is known. */
  synchronized void explainCrashes(Set<String> processes) {
    crashes = crashes.without(processes);
  }

  // A task writes its log only when a process dies, so a log can be of any age.
  synchronized CrashLog crashes() {
    return crashes.recent(clock.instant());
  }

  /**
   * This process cannot restore any photo; the liveness probe fails from now on, and the process
   * begins to end.
   */
  synchronized void markBroken() {
    if (!broken) {
      broken = true;
      phase = Phase.RELEASING;
      whenBroken.run();
    }
  }

  /**
   * Sets what to do when this process cannot restore any photo.
   *
   * @param action begins to end the process and returns at once
   */
  synchronized void whenBroken(Runnable action) {
    whenBroken = action;
  }

  /** Whether this process cannot restore any photo. */
  public synchronized boolean broken() {
    return broken;
  }

  /** Whether no worker is executing an attempt. */
  public synchronized boolean idle() {
    return running.isEmpty();
  }

  /**
   * How long the longest step of any photo has taken so far; zero if no photo is at a step. Photos
   * that wait for their turn are at no step.
   */
  public synchronized Duration longestStep() {
    return running.values().stream()
        .map(StageClock::longestStep)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** How long an attempt has been at its step; zero if it waits, has not begun or is over. */
  synchronized Duration step(Attempt attempt) {
    StageClock photo = running.get(attempt);
    return photo == null ? Duration.ZERO : photo.longestStep();
  }

  /**
   * Photos that workers have in a stage.
   *
   * @param stage empty for photos that wait for their turn
   */
  synchronized int inFlight(Optional<Stage> stage) {
    return (int) running.values().stream().filter(photo -> photo.stage().equals(stage)).count();
  }

  synchronized int pending() {
    return sum(TaskSnapshot::pending);
  }

  synchronized int suspects() {
    return sum(TaskSnapshot::suspects);
  }

  /** The age of the oldest image without an outcome; zero if there is none. */
  synchronized Duration oldest() {
    return tasks.stream()
        .map(task -> task.snapshot)
        .filter(snapshot -> snapshot.pending() > 0)
        .map(
            snapshot ->
                Duration.between(Instant.ofEpochMilli(snapshot.oldestMillis()), clock.instant()))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private int sum(ToIntFunction<TaskSnapshot> part) {
    return tasks.stream().mapToInt(task -> part.applyAsInt(task.snapshot)).sum();
  }
}
