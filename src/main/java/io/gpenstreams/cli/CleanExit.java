package io.gpenstreams.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Has an interrupted process wait for native code to return before it exits; it would crash
 * otherwise, and say so at length. Not for the service, which has its own way to stop.
 */
final class CleanExit {
  // Longer than any single run of a model on a usual machine.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private CleanExit() {}

  /** What must not be interrupted. */
  interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Works; the process exits no sooner than that is done. */
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
    Thread hook = new Thread(() -> halt.accept(PATIENCE), "clean-exit");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.run();
    } finally {
      forget(hook);
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

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is exiting, and the hook does its part.
      return;
    }
  }
}
