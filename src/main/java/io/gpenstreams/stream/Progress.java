package io.gpenstreams.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How far one image has come: all that must survive the process. Times are to the millisecond.
 *
 * @param arrived when it was taken into the store
 * @param attempts how often work on it has begun, as far as anyone knows
 * @param failures how many attempts ended in a failure that counts to {@code gpen.retry.attempts}
 * @param stalls how many attempts in a row ended because S3 did not answer
 * @param stalledSince when the first of them ended; null if there are none
 * @param notBefore when the next attempt may begin
 * @param run the attempt whose end is not recorded, or null
 * @param deaths the processes that died while they worked on it
 */
record Progress(
    Instant arrived,
    int attempts,
    int failures,
    int stalls,
    Instant stalledSince,
    Instant notBefore,
    Run run,
    List<Run> deaths) {

  // More of them would say no more.
  private static final int MOST_DEATHS = 32;

  /** Copies the list. */
  Progress {
    deaths = List.copyOf(deaths);
  }

  /**
   * One process's work on the image.
   *
   * @param process which one
   * @param alone whether it worked on nothing else, and had had its tasks for a while
   */
  record Run(String process, boolean alone) {}

  /** Of an image that has just come. */
  static Progress arrived(Instant now) {
    return new Progress(now, 0, 0, 0, null, now, null, List.of());
  }

  /** Whether it may be what its last processes died of. */
  boolean suspect() {
    return !deaths.isEmpty();
  }

  /** An attempt begins. */
  Progress begun(Run by) {
    return new Progress(
        arrived, attempts + 1, failures, stalls, stalledSince, notBefore, by, deaths);
  }

  /** The attempt was called off before it had begun. */
  Progress calledOff() {
    return new Progress(
        arrived, attempts - 1, failures, stalls, stalledSince, notBefore, null, deaths);
  }

  /** The attempt was given up, and by nobody's fault. */
  Progress interrupted() {
    return new Progress(arrived, attempts, failures, stalls, stalledSince, notBefore, null, deaths);
  }

  /** The process died in the attempt. */
  Progress died() {
    List<Run> all = new ArrayList<>(deaths);
    if (all.size() == MOST_DEATHS) {
      all.remove(0);
    }
    all.add(run);
    return new Progress(arrived, attempts, failures, stalls, stalledSince, notBefore, null, all);
  }

  /** Other causes of these processes' deaths are known. */
  Progress cleared(Set<String> processes) {
    List<Run> rest = deaths.stream().filter(death -> !processes.contains(death.process())).toList();
    return new Progress(arrived, attempts, failures, stalls, stalledSince, notBefore, run, rest);
  }

  /** The attempt failed in a way that counts; another may begin after a wait. */
  Progress failed(Instant now, Duration wait) {
    return new Progress(arrived, attempts, failures + 1, 0, null, now.plus(wait), null, deaths);
  }

  /** The attempt failed for want of S3; another may begin after a wait. */
  Progress stalled(Instant now, Duration wait) {
    return new Progress(
        arrived,
        attempts,
        failures,
        stalls + 1,
        stalledSince == null ? now : stalledSince,
        now.plus(wait),
        null,
        deaths);
  }
}
