package io.gpenstreams.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes an interrupted process wait for native code to return before it exits. Without it the
 * process would crash with a long report. The service stops in its own way.
 *
 * <p>A shutdown hook would be too late: ONNX Runtime's own hook closes its environment at the same
 * time. So this class handles the signals, and the process begins to exit when the work has ended.
 * The thread that worked then waits for the exit, because it must not use the environment any more.
 *
 * <p>{@code exiting} is written by the thread that handles the signal and read by the one that
 * works.
 */
final class CleanExit {
  // Longer than any single run of a model on a usual machine.
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int BY_SIGNAL = 128;

  private final Consumer<Duration> halt;
  private volatile boolean exiting;

  private CleanExit(Consumer<Duration> halt) {
    this.halt = halt;
  }

  /** Work that must not be interrupted. */
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Does the work; the process does not exit before it is done. */
  static <T, E extends Exception> T after(Work<T, E> work) throws E {
    CountDownLatch done = new CountDownLatch(1);
    return halting(
        patience -> await(done, patience),
        () -> {
          try {
            return work.run();
          } finally {
            done.countDown();
          }
        });
  }

  /**
   * Works; before the process exits, the work is halted.
   *
   * @param halt gets the time that it may take
   */
  static <T, E extends Exception> T halting(Consumer<Duration> halt, Work<T, E> work) throws E {
    return new CleanExit(halt).run(work);
  }

  private <T, E extends Exception> T run(Work<T, E> work) throws E {
    ExitSignals signals = new ExitSignals(this::exit);
    try {
      return work.run();
    } finally {
      if (exiting) {
        awaitEnd();
      }
      signals.restore();
    }
  }

  // On a thread of its own.
  private void exit(int signal) {
    exiting = true;
    halt.accept(PATIENCE);
    System.exit(BY_SIGNAL + signal);
  }

  private static void awaitEnd() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch done, Duration patience) {
    try {
      if (!done.await(patience.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("gpen: still at work after " + patience.toSeconds() + " s, exiting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
