package io.gpenstreams.stream;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tells the tasks of a stream thread that its transaction has been committed, and with it all that
 * they wrote before. Kafka Streams has no such call-back; but all tasks of a thread share one
 * producer, which commits on that thread.
 *
 * <p>Every stream thread has listeners of its own, which no other thread sees.
 */
public final class Commits {
  private final ThreadLocal<Set<Runnable>> listeners = ThreadLocal.withInitial(LinkedHashSet::new);

  /** Has {@code listener} run after each commit of the calling thread. */
  void listen(Runnable listener) {
    listeners.get().add(listener);
  }

  void forget(Runnable listener) {
    listeners.get().remove(listener);
  }

  /** The calling thread has committed. */
  void committed() {
    listeners.get().forEach(Runnable::run);
  }
}
