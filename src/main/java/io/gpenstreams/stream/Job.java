package io.gpenstreams.stream;

/**
 * One attempt at one image, known by its identity. Immutable.
 *
 * @see Finished
 */
final class Job {
  private final PendingKey key;
  private final boolean alone;

  /**
   * A new attempt.
   *
   * @param alone whether the process does nothing else meanwhile
   */
  Job(PendingKey key, boolean alone) {
    this.key = key;
    this.alone = alone;
  }

  PendingKey key() {
    return key;
  }

  boolean alone() {
    return alone;
  }
}
