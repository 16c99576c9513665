package io.gpenstreams.servers;

import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Starts a server on free ports, and again on others if somebody else took one in between.
 *
 * @param prepare chooses the ports and writes the configuration
 * @param portTaken whether a server that did not start says that its port was taken
 * @param close stops what did start
 */
record PortAttempts<T>(Supplier<T> prepare, Predicate<T> portTaken, Consumer<T> close) {
  private static final int MOST = 5;

  /** Starts a prepared server, and returns when it answers. */
  @FunctionalInterface
  interface Start<T> {
    void start(T server) throws InterruptedException;
  }

  /**
   * A server that answers.
   *
   * @throws ServerException if it does not start, or finds no port
   */
  T start(Start<T> start) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      T server = prepare.get();
      try {
        start.start(server);
        return server;
      } catch (ServerException e) {
        boolean again = portTaken.test(server) && attempt < MOST;
        close.accept(server);
        if (!again) {
          throw e;
        }
      }
    }
  }
}
