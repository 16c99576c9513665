package io.gpenstreams.stream;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tells the tasks of a stream thread that their transaction is committed. Kafka Streams has no such
 * callback. But all tasks of a stream thread share one producer, which commits on that thread.
 *
 * <p>Each stream thread has its own listeners; no other thread sees them.
 */
public final class CommitListeners {
  private final ThreadLocal<Set<Runnable>> listeners = ThreadLocal.withInitial(LinkedHashSet::new);

  /** Has {@code listener} run after each commit of the calling thread. */
  void add(Runnable listener) {
    listeners.get().add(listener);
  }

  void remove(Runnable listener) {
    listeners.get().remove(listener);
  }

  /** Runs the calling thread's listeners, just after that thread has committed. */
  void committed() {
    listeners.get().forEach(Runnable::run);
  }
}
