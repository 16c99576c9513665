package io.gpenstreams.stream;

import io.gpenstreams.event.Stage;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.stream.Desk.Tally;
import io.gpenstreams.stream.Finished.Restored;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The workers of this process and who may use them. All tasks share them, each through a {@link
 * Desk}.
 *
 * <p>A place is what one photo needs from the moment its attempt is written down to the moment it
 * ends. A task gets the places that it can use, but never those that another's fair share covers
 * and that the other could use. A photo that a process may have died of gets all places at once.
 *
 * <p>Invariants, all guarded by this object: {@code taken} is the sum of the desks' held places,
 * closed ones included, whose photos still run; while {@code alone} is set, nobody else gets a
 * place; {@code running} holds exactly the attempts that a worker is at.
 */
public final class Workshop {

  /** Whether work is begun. */
  enum Phase {
    /** As much as there is. */
    OPEN,
    /** None; what runs may end. */
    DRAINING,
    /** None, and nothing is waited for. */
    RELEASING
  }

  private final String process;
  private final int places;
  private final Duration calm;
  private final InstantSource clock;
  private final Executor workers;
  private final Supplier<StageClock> photoClocks;

  private final Set<Desk> desks = new LinkedHashSet<>();
  private final Map<Job, StageClock> running = new HashMap<>();
  private int taken;
  // Whose suspect has the workshop, or waits for it to become empty.
  private Desk alone;
  private boolean aloneAtWork;
  private Phase phase = Phase.OPEN;
  private boolean broken;
  private Instant lastTask;
  private CrashLog crashes = CrashLog.EMPTY;

  /**
   * Opens at once.
   *
   * @param process a name that no other process ever has
   * @param places how many photos may be in hand
   * @param calm how long the process must have had its tasks before it takes a suspect
   * @param workers do the work; never reject it
   * @param photoClocks makes a clock that starts now
   */
  Workshop(
      String process,
      int places,
      Duration calm,
      InstantSource clock,
      Executor workers,
      Supplier<StageClock> photoClocks) {
    this.process = process;
    this.places = places;
    this.calm = calm;
    this.clock = clock;
    this.workers = workers;
    this.photoClocks = photoClocks;
    this.lastTask = clock.instant();
  }

  /** The name of this process's life. */
  String process() {
    return process;
  }

  /** For a task that begins. */
  synchronized Desk open() {
    lastTask = clock.instant();
    Desk desk = new Desk(this);
    desks.add(desk);
    return desk;
  }

  synchronized Phase phase() {
    return phase;
  }

  /**
   * Whether nothing has happened for so long that a suspect can be told from other causes of death.
   * A task that comes to this process is a sign that it has left another one, which may have died.
   */
  synchronized boolean calm() {
    return !clock.instant().isBefore(lastTask.plus(calm));
  }

  synchronized int reserve(Desk desk, int wanted) {
    desk.demand = wanted;
    if (phase != Phase.OPEN || alone != null || desk.closed) {
      return 0;
    }
    int free = places - taken;
    long users = desks.stream().filter(other -> other.held + other.demand > 0).count();
    int share = users == 0 ? places : (int) ((places + users - 1) / users);
    int owed =
        desks.stream()
            .filter(other -> other != desk)
            .mapToInt(other -> Math.max(0, Math.min(other.demand, share - other.held)))
            .sum();
    int granted =
        Math.max(0, Math.min(wanted, Math.max(free - owed, Math.min(free, share - desk.held))));
    desk.held += granted;
    desk.demand -= granted;
    taken += granted;
    return granted;
  }

  synchronized boolean reserveAlone(Desk desk) {
    if (phase != Phase.OPEN || desk.closed || (alone != null && alone != desk)) {
      return false;
    }
    alone = desk;
    if (taken > 0) {
      return false;
    }
    aloneAtWork = true;
    taken = 1;
    desk.held = 1;
    return true;
  }

  synchronized void cancelAlone(Desk desk) {
    if (alone == desk && !aloneAtWork) {
      alone = null;
    }
  }

  synchronized void giveBack(Desk desk, Job job) {
    taken--;
    desk.held--;
    if (job.alone()) {
      alone = null;
      aloneAtWork = false;
    }
    notifyAll();
  }

  void start(Desk desk, Job job, Function<StageClock, Restored> work) {
    workers.execute(() -> perform(desk, job, work));
  }

  // On a worker's thread.
  private void perform(Desk desk, Job job, Function<StageClock, Restored> work) {
    StageClock photo = photoClocks.get();
    synchronized (this) {
      if (desk.closed || phase != Phase.OPEN) {
        giveBack(desk, job);
        forgetIfDone(desk);
        desk.deliver(new Finished(job, null, null));
        return;
      }
      running.put(job, photo);
    }
    Restored result = null;
    Throwable failure = null;
    try {
      result = work.apply(photo);
    } catch (Throwable e) {
      // Whatever it is, the stream thread has to know: a photo must not vanish with its worker.
      failure = e;
    }
    desk.deliver(new Finished(job, result, failure));
    synchronized (this) {
      running.remove(job);
      giveBack(desk, job);
      forgetIfDone(desk);
    }
  }

  synchronized void say(Desk desk, Tally tally) {
    desk.tally = tally;
    notifyAll();
  }

  synchronized void close(Desk desk) {
    desk.closed = true;
    desk.demand = 0;
    desk.tally = Tally.NOTHING;
    cancelAlone(desk);
    forgetIfDone(desk);
    notifyAll();
  }

  private synchronized void forgetIfDone(Desk desk) {
    if (desk.closed && desk.held == 0) {
      desks.remove(desk);
    }
  }

  /**
   * Stops before the process does: begins nothing, waits for what runs, then has the tasks write
   * down that the rest was given up, so that it does not pass for what the process died of. Returns
   * when that is committed, or when nothing more can be waited for.
   */
  public synchronized void drain(Duration grace, Duration release) throws InterruptedException {
    phase = Phase.DRAINING;
    awaitUnmarked(grace);
    phase = Phase.RELEASING;
    awaitUnmarked(release);
  }

  /** Learns what a task knows of deaths; all of it together is what each of them is judged by. */
  synchronized void learn(CrashLog log) {
    crashes = crashes.with(log).lately(clock.instant());
  }

  /** The cause of these deaths is known. */
  synchronized void explained(Set<String> processes) {
    crashes = crashes.without(processes);
  }

  // A task's log may be of any age: it is only written when somebody dies.
  synchronized CrashLog crashes() {
    return crashes.lately(clock.instant());
  }

  /** Nothing can be done in this process any more. */
  synchronized void breakDown() {
    broken = true;
    phase = Phase.RELEASING;
  }

  /** Whether work can be done at all. */
  public synchronized boolean broken() {
    return broken;
  }

  private void awaitUnmarked(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (sum(Tally::marked) > 0) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /** Whether no worker is at anything. */
  public synchronized boolean idle() {
    return running.isEmpty();
  }

  /**
   * How long the longest step of any photo has been going on; zero if there is none. Photos that
   * wait for their turn are at no step.
   */
  public synchronized Duration longestStep() {
    return running.values().stream()
        .map(StageClock::longestStep)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** How long an attempt has been at its step; zero if it waits, has not begun or is over. */
  synchronized Duration step(Job job) {
    StageClock photo = running.get(job);
    return photo == null ? Duration.ZERO : photo.longestStep();
  }

  /**
   * Photos being worked on in a stage.
   *
   * @param stage empty for those that wait for their turn
   */
  synchronized int inFlight(Optional<Stage> stage) {
    return (int) running.values().stream().filter(photo -> photo.stage().equals(stage)).count();
  }

  synchronized int pending() {
    return sum(Tally::pending);
  }

  synchronized int suspects() {
    return sum(Tally::suspects);
  }

  /** How long ago the oldest image came that has no outcome yet. */
  synchronized Duration oldest() {
    return desks.stream()
        .filter(desk -> desk.tally.pending() > 0)
        .map(
            desk ->
                Duration.between(Instant.ofEpochMilli(desk.tally.oldestMillis()), clock.instant()))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private int sum(ToIntFunction<Tally> part) {
    return desks.stream().mapToInt(desk -> part.applyAsInt(desk.tally)).sum();
  }
}
