package io.gpenstreams.model;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets one thread at a time use a model, in the order of asking, until the model is halted. A
 * thread that has its turn may take it again. The lock also guards {@code halted}, so that nothing
 * is halted in the middle of a turn.
 */
final class ModelTurn {
  private final ReentrantLock lock = new ReentrantLock(true);
  private boolean halted;

  /**
   * Waits for the turn, and works.
   *
   * @param name of the model, for the error
   * @throws ModelException if the model is halted
   */
  <T> T take(String name, Supplier<T> work) {
    lock.lock();
    try {
      if (halted) {
        throw new ModelException("Model " + name + " is shutting down");
      }
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets no turn begin any more and waits for the current one. For a process that is about to exit:
   * it crashes in the middle of native code.
   *
   * @param patience the longest time to wait
   */
  void halt(Duration patience) {
    try {
      if (lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        halted = true;
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes the model after the current turn. A model that is halted stays open. */
  void close(Runnable closing) {
    lock.lock();
    try {
      // The process ends, and ONNX Runtime may have given up its environment already: a session
      // that is closed after it crashes.
      if (!halted) {
        closing.run();
      }
    } finally {
      lock.unlock();
    }
  }
}
