package io.gpenstreams.stream;

import io.gpenstreams.restore.StageClock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Where one task, from one {@code init} to the next {@code close}, gives work out and takes results
 * in. A task that comes back gets a new desk; what finishes for an old one is lost on purpose.
 *
 * <p>Used by the task's stream thread, except {@link #deliver}, which workers call. The fields
 * below the queue belong to the workshop and are guarded by it.
 */
final class Desk implements AutoCloseable {
  private final Workshop workshop;
  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();

  /** Places that this desk holds: reserved, given out or being worked on. */
  int held;

  /** Places that it could use more. */
  int demand;

  /** What it last said about its task. */
  Tally tally = Tally.NOTHING;

  /** Nothing more is wanted. */
  boolean closed;

  Desk(Workshop workshop) {
    this.workshop = workshop;
  }

  /**
   * What there is to say about a task's pending images.
   *
   * @param pending images without a committed outcome
   * @param marked of those, how many the store may say are being worked on
   * @param suspects of those, how many a process may have died of
   * @param oldestMillis when the oldest arrived, by the epoch; 0 if there is none
   */
  record Tally(int pending, int marked, int suspects, long oldestMillis) {
    static final Tally NOTHING = new Tally(0, 0, 0, 0);
  }

  /** Takes up to {@code wanted} places; each must be given to {@link #start} or back. */
  int reserve(int wanted) {
    return workshop.reserve(this, wanted);
  }

  /** Takes the whole workshop, if it is empty; until it is, nobody gets a place. */
  boolean reserveAlone() {
    return workshop.reserveAlone(this);
  }

  /** No longer waits for the whole workshop. */
  void cancelAlone() {
    workshop.cancelAlone(this);
  }

  /** Gives back a place that nothing was begun in. */
  void giveBack(Job job) {
    workshop.giveBack(this, job);
  }

  /** Has work done in a reserved place. */
  void start(Job job, Function<StageClock, Finished.Restored> work) {
    workshop.start(this, job, work);
  }

  /** The next result, or null. */
  Finished poll() {
    return finished.poll();
  }

  /** The next result, waiting for it; null if there is none. */
  Finished poll(Duration patience) {
    try {
      return finished.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  void say(Tally now) {
    workshop.say(this, now);
  }

  void deliver(Finished result) {
    finished.add(result);
  }

  /** Gives everything up: what has not begun never will, what has is not listened to. */
  @Override
  public void close() {
    workshop.close(this);
  }
}
