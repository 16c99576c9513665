package io.gpenstreams.restore;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Computes a list of results on other threads, a few ahead of the one that takes them in order.
 *
 * <p>Belongs to the taking thread. Invariants: at most {@code most} results are begun and not
 * taken; once {@link #close} returns, no other thread is at any of them and those not taken are
 * closed, so that what the work uses may be closed by whoever opened it before.
 */
final class LookAhead<T> implements AutoCloseable {
  private final Iterator<? extends Supplier<T>> work;
  private final int most;
  private final Executor threads;
  private final Consumer<T> discard;
  private final Deque<CompletableFuture<T>> begun = new ArrayDeque<>();

  /**
   * Begins the first ones.
   *
   * @param discard closes a result that is not wanted
   */
  LookAhead(List<? extends Supplier<T>> work, int most, Executor threads, Consumer<T> discard) {
    this.work = work.iterator();
    this.most = most;
    this.threads = threads;
    this.discard = discard;
    begin();
  }

  private void begin() {
    while (begun.size() < most && work.hasNext()) {
      begun.add(CompletableFuture.supplyAsync(work.next(), threads));
    }
  }

  /** The next result, which the caller closes; throws what its work threw. */
  T next() {
    T result = Await.of(begun.remove());
    begin();
    return result;
  }

  @Override
  public void close() {
    for (CompletableFuture<T> result : begun) {
      // Whatever it threw does not matter: it is not wanted any more.
      T unwanted = result.exceptionally(failure -> null).join();
      if (unwanted != null) {
        discard.accept(unwanted);
      }
    }
    begun.clear();
  }
}
