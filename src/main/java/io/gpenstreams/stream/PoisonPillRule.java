package io.gpenstreams.stream;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which photo is a poison pill: one that kills the process. A process that dies leaves no
 * reason behind; it may have died of any photo that it had in flight, or have been killed. So all
 * these photos become suspects. A suspect is worked on alone, and only by a process that has had
 * its tasks for a while. A suspect is guilty if
 *
 * <ul>
 *   <li>at least {@code crashes} processes died while they worked on it, and
 *   <li>it was alone in all but one of those {@code crashes}, and once more for every other process
 *       that died recently: where processes are killed often, one more death proves little.
 * </ul>
 *
 * @param crashes {@code gpen.retry.crashes}
 */
record PoisonPillRule(int crashes) {
  // Bounded: a poison pill must be found even where processes keep dying for other reasons too.
  private static final int MAX_EXTRA_EVIDENCE = 4;

  boolean guilty(List<Mark> deaths, CrashLog log) {
    Set<String> processes = deaths.stream().map(Mark::process).collect(Collectors.toSet());
    long alone = deaths.stream().filter(Mark::alone).count();
    int extra = Math.min(log.besides(processes), MAX_EXTRA_EVIDENCE);
    return deaths.size() >= crashes && alone >= Math.max(1, crashes - 1) + extra;
  }
}
