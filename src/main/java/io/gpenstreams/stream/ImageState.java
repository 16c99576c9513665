package io.gpenstreams.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The state of an image that has no outcome yet. The state diagram in {@code docs/architecture.md}
 * draws these states; its arrows are the methods here. Immutable.
 *
 * <p>The pending store holds the {@link #history} and the {@link #mark}, so {@link Marked} and
 * {@link Running} are one row. Only the process knows whether that row is committed.
 */
sealed interface ImageState {
  AttemptHistory history();

  /** The mark in the image's row; empty if no process works on the image. */
  Optional<Mark> mark();

  /** The same state without the deaths of these processes, whose cause is known. */
  ImageState exonerated(Set<String> processes);

  /** {@link Suspect} if a process died during an attempt, else {@link Pending}. */
  static Waiting waiting(AttemptHistory history) {
    return history.suspect() ? new Suspect(history) : new Pending(history);
  }

  /** No process works on the image. */
  sealed interface Waiting extends ImageState {
    @Override
    default Optional<Mark> mark() {
      return Optional.empty();
    }

    @Override
    default Waiting exonerated(Set<String> processes) {
      return waiting(history().exonerated(processes));
    }

    /** Whether its wait after the last failure is over. */
    default boolean due(Instant now) {
      return !history().notBefore().isAfter(now);
    }

    default Marked marked(Attempt attempt) {
      return new Marked(history().marked(), attempt);
    }
  }

  /** Waits for a permit, for its turn among images of its id, and for its time. */
  record Pending(AttemptHistory history) implements Waiting {}

  /** A process died while it worked on the image. The next attempt has the process to itself. */
  record Suspect(AttemptHistory history) implements Waiting {}

  /** This process has an attempt at the image. */
  sealed interface Attempted extends ImageState {
    Attempt attempt();

    @Override
    default Optional<Mark> mark() {
      return Optional.of(attempt().mark());
    }

    /** No worker began the attempt. */
    default Waiting notBegun() {
      return waiting(history().notBegun());
    }
  }

  /** The mark is in the store, but not committed. No worker has the image. */
  record Marked(AttemptHistory history, Attempt attempt) implements Attempted {
    Running committed() {
      return new Running(history, attempt);
    }

    @Override
    public Marked exonerated(Set<String> processes) {
      return new Marked(history.exonerated(processes), attempt);
    }
  }

  /** The mark is committed, and a worker has the image. */
  record Running(AttemptHistory history, Attempt attempt) implements Attempted {
    /** The process gives the attempt up; that is not the image's fault. */
    Waiting interrupted() {
      return waiting(history);
    }

    /** The attempt failed in a way that counts. */
    Waiting failed(Instant now, Duration wait) {
      return waiting(history.failed(now, wait));
    }

    /** The attempt failed because S3 was unavailable. */
    Waiting stalled(Instant now, Duration wait) {
      return waiting(history.stalled(now, wait));
    }

    @Override
    public Running exonerated(Set<String> processes) {
      return new Running(history.exonerated(processes), attempt);
    }
  }

  /**
   * A former owner of the task left its mark in the row: it died, or lost the task. Exists only
   * from the opening of a task until its recovery, which asks whose mark it is.
   */
  record Abandoned(AttemptHistory history, Mark left) implements ImageState {
    @Override
    public Optional<Mark> mark() {
      return Optional.of(left);
    }

    /** This process itself left the mark, before a rebalance or an aborted transaction. */
    Waiting interrupted() {
      return waiting(history);
    }

    /** Another process left the mark, which counts as its death. */
    Waiting died() {
      return waiting(history.died(left));
    }

    @Override
    public Abandoned exonerated(Set<String> processes) {
      return new Abandoned(history.exonerated(processes), left);
    }
  }
}
