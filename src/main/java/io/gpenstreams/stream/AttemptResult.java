package io.gpenstreams.stream;

/** How an attempt ended. */
sealed interface AttemptResult {
  /** The attempt that ended. */
  Attempt attempt();

  /** The photo is restored, or left unchanged, and its files are stored. */
  record Restored(Attempt attempt, RestoredEvent event) implements AttemptResult {}

  /** The attempt ended with an exception or an error. */
  record Failed(Attempt attempt, Throwable failure) implements AttemptResult {}

  /** No worker began the attempt, because its task was closed or the process is stopping. */
  record NotBegun(Attempt attempt) implements AttemptResult {}
}
