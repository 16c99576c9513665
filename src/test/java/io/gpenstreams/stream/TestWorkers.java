package io.gpenstreams.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Workers that do a piece of work when, and in the order in which, a test says so. */
final class TestWorkers implements Executor {
  private final List<Runnable> queue = new ArrayList<>();

  @Override
  public void execute(Runnable work) {
    queue.add(work);
  }

  int queued() {
    return queue.size();
  }

  /** Does one piece of what is queued. */
  void run(int index) {
    queue.remove(index).run();
  }

  /** Does everything; whether there was anything. */
  boolean runAll() {
    boolean any = !queue.isEmpty();
    while (!queue.isEmpty()) {
      run(0);
    }
    return any;
  }
}
