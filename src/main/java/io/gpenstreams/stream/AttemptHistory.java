package io.gpenstreams.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is known of the attempts at one image. It is stored with the image and outlives the process.
 * Times are to the millisecond.
 *
 * @param arrived when the image was put into the store
 * @param attempts how many attempts were marked, without those that no worker began
 * @param failures how many attempts ended in a failure that counts to {@code gpen.retry.attempts}
 * @param stalls how many attempts in a row failed because S3 was unavailable
 * @param stalledSince when the first of those ended; null if there are none
 * @param notBefore when the next attempt may begin
 * @param deaths the marks of processes that died during an attempt
 */
record AttemptHistory(
    Instant arrived,
    int attempts,
    int failures,
    int stalls,
    Instant stalledSince,
    Instant notBefore,
    List<Mark> deaths) {

  // Bounds the row; the rule for poison pills needs fewer.
  private static final int MAX_DEATHS = 32;

  /** Copies the list. */
  AttemptHistory {
    deaths = List.copyOf(deaths);
  }

  /** Of an image that has just arrived. */
  static AttemptHistory arrived(Instant now) {
    return new AttemptHistory(now, 0, 0, 0, null, now, List.of());
  }

  /** Whether a process died during an attempt, and nothing else is known to be the cause. */
  boolean suspect() {
    return !deaths.isEmpty();
  }

  AttemptHistory marked() {
    return withAttempts(attempts + 1);
  }

  AttemptHistory notBegun() {
    return withAttempts(attempts - 1);
  }

  private AttemptHistory withAttempts(int count) {
    return new AttemptHistory(arrived, count, failures, stalls, stalledSince, notBefore, deaths);
  }

  AttemptHistory died(Mark mark) {
    List<Mark> all = new ArrayList<>(deaths);
    if (all.size() == MAX_DEATHS) {
      all.remove(0);
    }
    all.add(mark);
    return withDeaths(all);
  }

  /** Without the deaths of these processes, whose cause is known. */
  AttemptHistory exonerated(Set<String> processes) {
    return withDeaths(
        deaths.stream().filter(death -> !processes.contains(death.process())).toList());
  }

  private AttemptHistory withDeaths(List<Mark> all) {
    return new AttemptHistory(arrived, attempts, failures, stalls, stalledSince, notBefore, all);
  }

  /** With one more failure that counts. */
  AttemptHistory failed(Instant now, Duration wait) {
    return new AttemptHistory(arrived, attempts, failures + 1, 0, null, now.plus(wait), deaths);
  }

  /** With one more failure because S3 was unavailable. */
  AttemptHistory stalled(Instant now, Duration wait) {
    return new AttemptHistory(
        arrived,
        attempts,
        failures,
        stalls + 1,
        stalledSince == null ? now : stalledSince,
        now.plus(wait),
        deaths);
  }
}
