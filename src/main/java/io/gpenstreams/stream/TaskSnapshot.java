package io.gpenstreams.stream;

/**
 * How many images a task has, at one moment. The stream thread publishes it for metrics and for the
 * shutdown, which run on other threads.
 *
 * @param pending images without a committed outcome
 * @param marked of those, how many may have a mark in the store
 * @param suspects of those, how many were in flight in a process that died
 * @param oldestMillis when the oldest arrived, in milliseconds since 1970; 0 if there is none
 */
record TaskSnapshot(int pending, int marked, int suspects, long oldestMillis) {
  static final TaskSnapshot EMPTY = new TaskSnapshot(0, 0, 0, 0);
}
