package io.gpenstreams.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The processes that recently died during an attempt at any image of the task, with the time at
 * which a task noticed. {@link PoisonPillRule} uses it to tell a photo that kills processes from
 * processes that are killed for another reason.
 */
record CrashLog(Map<String, Instant> deaths) {
  static final CrashLog EMPTY = new CrashLog(Map.of());

  private static final Duration RECENT = Duration.ofHours(1);
  private static final int MAX_DEATHS = 64;

  /** Copies the map, in its order. */
  CrashLog {
    deaths = Collections.unmodifiableMap(new LinkedHashMap<>(deaths));
  }

  /** With more deaths, and without old ones. */
  CrashLog with(Set<String> processes, Instant now) {
    Map<String, Instant> all = new LinkedHashMap<>(deaths);
    processes.forEach(process -> all.putIfAbsent(process, now));
    return new CrashLog(all).recent(now);
  }

  /** Without old deaths. */
  CrashLog recent(Instant now) {
    Map<String, Instant> all = new LinkedHashMap<>(deaths);
    all.values().removeIf(time -> time.isBefore(now.minus(RECENT)));
    while (all.size() > MAX_DEATHS) {
      all.remove(all.keySet().iterator().next());
    }
    return new CrashLog(all);
  }

  /** With the deaths of another log. */
  CrashLog with(CrashLog other) {
    Map<String, Instant> all = new LinkedHashMap<>(deaths);
    other.deaths.forEach(all::putIfAbsent);
    return new CrashLog(all);
  }

  /** Without deaths whose cause is known. */
  CrashLog without(Collection<String> processes) {
    Map<String, Instant> all = new LinkedHashMap<>(deaths);
    all.keySet().removeAll(Set.copyOf(processes));
    return new CrashLog(all);
  }

  /** How many other processes died. */
  int besides(Set<String> processes) {
    return (int) deaths.keySet().stream().filter(process -> !processes.contains(process)).count();
  }
}
