package io.gpenstreams.storage;

import java.util.function.Supplier;

/**
 * A bucket's probe, for many threads. It runs once at a time, and a caller takes the result of any
 * probe that began after the failure that it asks about. Guarded by this object, whose lock is held
 * during requests to S3; callers must not hold the lock of {@link StorageHealth}.
 */
final class SharedProbe {
  private final Supplier<ProbeResult> probe;
  private long began = Long.MIN_VALUE;
  private ProbeResult result;

  SharedProbe(Supplier<ProbeResult> probe) {
    this.probe = probe;
  }

  /**
   * The result of a probe that began after a moment.
   *
   * @param moment by {@link System#nanoTime}
   */
  synchronized ProbeResult after(long moment) {
    if (result == null || began - moment < 0) {
      began = System.nanoTime();
      result = probe.get();
    }
    return result;
  }
}
