package io.gpenstreams.stream;

import io.gpenstreams.model.ModelException;

/** How an attempt ended. */
sealed interface AttemptResult {
  /** The attempt that ended. */
  Attempt attempt();

  /** The photo is restored, or left unchanged, and its files are stored. */
  record Restored(Attempt attempt, RestoredEvent event) implements AttemptResult {}

  /** The attempt ended with an exception or an error. */
  record Failed(Attempt attempt, Throwable failure) implements AttemptResult {

    /** Whether this process would fail with every other photo too. */
    boolean isOfTheInstallation() {
      return (failure instanceof ModelException model && model.deviceLost())
          || (failure instanceof Error
              && !(failure instanceof OutOfMemoryError)
              && !(failure instanceof StackOverflowError)
              && !(failure instanceof AssertionError));
    }
  }

  /** No worker began the attempt, because its task was closed or the process is stopping. */
  record NotBegun(Attempt attempt) implements AttemptResult {}
}
