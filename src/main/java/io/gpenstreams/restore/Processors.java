package io.gpenstreams.restore;

import io.gpenstreams.event.Stage;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets as many steps compute at the same time as there are processors. Photos and faces may have
 * many threads; without this they would all be at it at once, none nearly done and each with its
 * memory.
 *
 * <p>Places are shared fairly among photos, not among steps. A place that comes free goes to the
 * waiting photo that holds the fewest; among equals, to the one whose turn is longest ago. So a
 * slow photo, or one with a hundred faces, gets no second place while a photo without one waits. A
 * photo that is alone has all places.
 *
 * <p>Safe for any number of threads: the lock guards all fields, and nobody computes while holding
 * it. Invariants: no step waits while a place is free; who is let in waits for nobody but the
 * processor, so a place always comes free. A step must not run another one inside it.
 */
final class Processors {
  private final ReentrantLock lock = new ReentrantLock();
  // How many places each photo has; photos without one are not in it.
  private final Map<StageClock, Integer> held = new HashMap<>();
  // The photos in the order of their turns, each with its steps in the order of their arrival.
  private final Map<StageClock, Deque<Turn>> waiting = new LinkedHashMap<>();
  private int free;

  Processors(int count) {
    this.free = count;
  }

  /** One step's wait for its place. */
  private static final class Turn {
    private final Condition changed;
    private boolean come;

    private Turn(Condition changed) {
      this.changed = changed;
    }
  }

  /**
   * Runs a step once it is its turn. Waiting for it is not interruptible.
   *
   * @param photo the clock of the photo that the step belongs to, which also tells photos apart
   */
  <T> T run(StageClock photo, Stage stage, Supplier<T> step) {
    take(photo);
    try {
      return photo.time(stage, step);
    } finally {
      giveBack(photo);
    }
  }

  /** {@link #run(StageClock, Stage, Supplier)} for a step that gives nothing. */
  void run(StageClock photo, Stage stage, Runnable step) {
    run(
        photo,
        stage,
        () -> {
          step.run();
          return null;
        });
  }

  /** How many steps wait. */
  int waiting() {
    lock.lock();
    try {
      return waiting.values().stream().mapToInt(Deque::size).sum();
    } finally {
      lock.unlock();
    }
  }

  private void take(StageClock photo) {
    lock.lock();
    try {
      if (free > 0) {
        free--;
        held.merge(photo, 1, Integer::sum);
        return;
      }
      Turn turn = new Turn(lock.newCondition());
      waiting.computeIfAbsent(photo, p -> new ArrayDeque<>()).add(turn);
      while (!turn.come) {
        turn.changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(StageClock photo) {
    lock.lock();
    try {
      held.computeIfPresent(photo, (p, places) -> places == 1 ? null : places - 1);
      next().ifPresentOrElse(this::admit, () -> free++);
    } finally {
      lock.unlock();
    }
  }

  // The first of the fewest.
  private Optional<StageClock> next() {
    return waiting.keySet().stream().min(Comparator.comparing(p -> held.getOrDefault(p, 0)));
  }

  private void admit(StageClock photo) {
    Deque<Turn> steps = waiting.remove(photo);
    Turn turn = steps.remove();
    if (!steps.isEmpty()) {
      // At the end of the line.
      waiting.put(photo, steps);
    }
    held.merge(photo, 1, Integer::sum);
    turn.come = true;
    turn.changed.signal();
  }
}
