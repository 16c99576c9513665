package io.gpenstreams.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Handles the signals that end a process in the place of Java. Java has no other way than {@code
 * sun.misc.Signal}, which is used by reflection because the compiler warns of it. A signal that the
 * process was started to ignore stays ignored.
 *
 * <p>Used by one thread; the handler runs on a thread of its own.
 */
final class ExitSignals {
  private static final List<String> NAMES = List.of("HUP", "INT", "TERM");

  private final Method handle;
  // The former handler of each signal.
  private final Map<Object, Object> before = new LinkedHashMap<>();

  /**
   * Begins to handle them.
   *
   * @param handler gets a signal's number
   */
  ExitSignals(IntConsumer handler) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Method number = signals.getMethod("getNumber");
      handle = signals.getMethod("handle", signals, handlers);
      Object ours =
          Proxy.newProxyInstance(
              handlers.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, arguments) -> {
                handler.accept((int) number.invoke(arguments[0]));
                return null;
              });
      for (String name : NAMES) {
        Object signal = signals.getConstructor(String.class).newInstance(name);
        before.put(signal, handle.invoke(null, signal, ours));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Java cannot handle signals", e);
    }
  }

  /** Restores the former handlers. */
  void restore() {
    before.forEach(
        (signal, handler) -> {
          try {
            handle.invoke(null, signal, handler);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Java cannot handle signals", e);
          }
        });
  }
}
