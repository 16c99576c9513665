package io.gpenstreams.stream;

/**
 * One attempt at one image. Two attempts at the same image differ: identity tells them apart.
 * Immutable.
 *
 * @see AttemptResult
 */
final class Attempt {
  private final PendingKey key;
  private final Mark mark;

  /**
   * A new attempt.
   *
   * @param mark what the image's row says of the attempt
   */
  Attempt(PendingKey key, Mark mark) {
    this.key = key;
    this.mark = mark;
  }

  PendingKey key() {
    return key;
  }

  Mark mark() {
    return mark;
  }

  /** Whether it needs all permits of the process. */
  boolean alone() {
    return mark.alone();
  }
}
