package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;
import java.time.Instant;

/**
 * One image without an outcome, as its task knows it. Belongs to the task's stream thread.
 *
 * <p>Invariant: {@code job} is set exactly while the store says that this process is at it.
 */
final class PendingImage {
  private final PendingKey key;
  private final PendingRecord record;
  private final ImageUploaded image;
  private Progress progress;
  private Job job;

  PendingImage(PendingKey key, PendingRecord record, ImageUploaded image, Progress progress) {
    this.key = key;
    this.record = record;
    this.image = image;
    this.progress = progress;
  }

  PendingKey key() {
    return key;
  }

  PendingRecord record() {
    return record;
  }

  ImageUploaded image() {
    return image;
  }

  Progress progress() {
    return progress;
  }

  /** The attempt that is written down, or null. */
  Job job() {
    return job;
  }

  boolean ready(Instant now) {
    return job == null && !progress.notBefore().isAfter(now);
  }

  void mark(Progress next, Job attempt) {
    progress = next;
    job = attempt;
  }

  void unmark(Progress next) {
    progress = next;
    job = null;
  }

  void clear(Progress next) {
    progress = next;
  }
}
