package io.gpenstreams.web;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets only so many pictures be in memory, and only so many requests wait for that: looking at
 * photos must never cost the service its heap or the threads that answer its probes. Safe for any
 * number of threads.
 */
final class PictureTurns {
  private final Semaphore places;
  private final Semaphore queue;
  private final Duration patience;

  /**
   * All places are free.
   *
   * @param atOnce pictures in memory
   * @param waiting requests that may wait for one
   * @param patience longest wait
   */
  PictureTurns(int atOnce, int waiting, Duration patience) {
    this.places = new Semaphore(atOnce, true);
    this.queue = new Semaphore(waiting);
    this.patience = patience;
  }

  /** A place in memory until closed; closing again does nothing. */
  final class Turn implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();

    private Turn() {}

    @Override
    public void close() {
      if (over.compareAndSet(false, true)) {
        places.release();
      }
    }
  }

  /** Waits for a place; empty if too many wait already, or for too long. */
  Optional<Turn> take() {
    if (!queue.tryAcquire()) {
      return Optional.empty();
    }
    try {
      return places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)
          ? Optional.of(new Turn())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      queue.release();
    }
  }
}
