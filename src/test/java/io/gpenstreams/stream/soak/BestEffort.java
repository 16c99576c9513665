package io.gpenstreams.stream.soak;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waits for conditions that a run can go on without. What judges the run looks for itself. */
public final class BestEffort {
  private BestEffort() {}

  /** Returns whether the condition was true in time; it is checked on the calling thread. */
  public static boolean await(Duration patience, Callable<Boolean> condition) {
    try {
      Awaitility.await().pollInSameThread().atMost(patience).until(condition);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }
}
