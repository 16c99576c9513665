package io.gpenstreams.web;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the memory for pictures and the number of requests that wait for it, so that viewers can
 * use up neither the service's heap nor the threads that answer its probes. Safe for any number of
 * threads.
 */
final class PictureTurns {
  // Semaphores count in 32 bits.
  private static final int UNIT = 1024;

  private final Semaphore places;
  private final Semaphore memory;
  private final Semaphore queue;
  private final int largest;
  private final Duration patience;

  /**
   * Starts with all memory free.
   *
   * @param atOnce most pictures in memory
   * @param largest most memory for one picture, in bytes
   * @param bytes most memory for all pictures, in bytes; at least {@code largest}
   * @param waiting how many requests may wait
   * @param patience longest wait
   */
  PictureTurns(int atOnce, long largest, long bytes, int waiting, Duration patience) {
    this.places = new Semaphore(atOnce, true);
    this.memory = new Semaphore(units(bytes), true);
    this.queue = new Semaphore(waiting);
    this.largest = units(largest);
    this.patience = patience;
  }

  private static int units(long bytes) {
    return Math.toIntExact((bytes + UNIT - 1) / UNIT);
  }

  /** Memory for one picture, until it is closed; closing it again does nothing. */
  final class Turn implements AutoCloseable {
    // Guarded by this.
    private int held;
    private boolean over;

    private Turn(int held) {
      this.held = held;
    }

    /**
     * Gives back what the picture does not need.
     *
     * @param bytes what it needs
     */
    synchronized void shrink(long bytes) {
      int needed = Math.min(held, units(bytes));
      memory.release(held - needed);
      held = needed;
    }

    @Override
    public synchronized void close() {
      if (!over) {
        over = true;
        memory.release(held);
        places.release();
        held = 0;
      }
    }
  }

  /** Waits for memory for the largest picture; empty if too many wait already, or for too long. */
  Optional<Turn> take() {
    if (!queue.tryAcquire()) {
      return Optional.empty();
    }
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      if (!places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return Optional.empty();
      }
      boolean taken = false;
      try {
        taken =
            memory.tryAcquire(
                largest, Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } finally {
        if (!taken) {
          places.release();
        }
      }
      return taken ? Optional.of(new Turn(largest)) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      queue.release();
    }
  }
}
