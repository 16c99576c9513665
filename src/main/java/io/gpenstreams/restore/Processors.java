package io.gpenstreams.restore;

import io.gpenstreams.event.Stage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Lets as many steps compute at the same time as there are processors, first come, first served.
 * Photos and faces may have many threads; without this they would all be at it at once, none nearly
 * done and each with its memory.
 *
 * <p>Invariant: who is let in waits for nobody but the processor, so a place always comes free.
 */
final class Processors {
  private final Semaphore places;

  Processors(int count) {
    this.places = new Semaphore(count, true);
  }

  /** Runs a step once it is its turn. */
  <T> T run(StageClock clock, Stage stage, Supplier<T> step) {
    places.acquireUninterruptibly();
    try {
      return clock.time(stage, step);
    } finally {
      places.release();
    }
  }

  /** {@link #run(StageClock, Stage, Supplier)} for a step that gives nothing. */
  void run(StageClock clock, Stage stage, Runnable step) {
    run(
        clock,
        stage,
        () -> {
          step.run();
          return null;
        });
  }
}
