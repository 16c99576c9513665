package io.gpenstreams.restore;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds what decoded photos and their faces take at the same time. Photos get their memory in the
 * order in which they ask, so that a large one is not overtaken for ever; one that needs more than
 * there is gets all of it, and is alone.
 */
final class PixelMemory {
  private static final long UNIT = 1 << 16;

  private final int units;
  private final Semaphore free;

  /**
   * All free.
   *
   * @param bytes at least 1
   */
  PixelMemory(long bytes) {
    this.units = (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / UNIT));
    this.free = new Semaphore(units, true);
  }

  /** Waits for memory, and has it while it works. */
  <T> T with(long bytes, Supplier<T> work) {
    int share = (int) Math.min(units, bytes / UNIT + 1);
    free.acquireUninterruptibly(share);
    try {
      return work.get();
    } finally {
      free.release(share);
    }
  }
}
