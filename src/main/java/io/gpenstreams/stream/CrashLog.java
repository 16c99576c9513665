package io.gpenstreams.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The processes that died lately while they worked on some image of the task, by when that was
 * noticed. It tells a photo that kills processes from processes that are killed.
 */
record CrashLog(Map<String, Instant> deaths) {
  static final CrashLog EMPTY = new CrashLog(Map.of());

  private static final Duration LATELY = Duration.ofHours(1);
  private static final int MOST = 64;

  /** Copies the map, in its order. */
  CrashLog {
    deaths = Collections.unmodifiableMap(new LinkedHashMap<>(deaths));
  }

  /** With more deaths, and without those of long ago. */
  CrashLog with(Set<String> processes, Instant now) {
    Map<String, Instant> all = new LinkedHashMap<>(deaths);
    processes.forEach(process -> all.putIfAbsent(process, now));
    return new CrashLog(all).lately(now);
  }

  /** Without deaths of long ago. */
  CrashLog lately(Instant now) {
    Map<String, Instant> all = new LinkedHashMap<>(deaths);
    all.values().removeIf(time -> time.isBefore(now.minus(LATELY)));
    while (all.size() > MOST) {
      all.remove(all.keySet().iterator().next());
    }
    return new CrashLog(all);
  }

  /** With what another log says. */
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

  /** How many deaths there were besides these. */
  int besides(Set<String> processes) {
    return (int) deaths.keySet().stream().filter(process -> !processes.contains(process)).count();
  }
}
