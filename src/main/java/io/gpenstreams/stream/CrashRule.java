package io.gpenstreams.stream;

import io.gpenstreams.stream.Progress.Run;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which photo a process died of. A process can die of a photo, or be killed while photos happen to
 * be in its hands; the dead leave no note. So whatever was in its hands is suspect, suspects are
 * worked on alone and by processes that have had their tasks for a while, and a photo is guilty if
 *
 * <ul>
 *   <li>at least {@code crashes} processes died with it in their hands, and
 *   <li>it was alone there once for each of them but the first, and once more for every process
 *       that died lately without it: where processes are being killed, one more death says little.
 * </ul>
 *
 * @param crashes {@code gpen.retry.crashes}
 */
record CrashRule(int crashes) {
  // A photo that does kill must not be let off for ever because processes also die of others.
  private static final int MOST_LENIENCE = 4;

  boolean guilty(List<Run> deaths, CrashLog log) {
    Set<String> processes = deaths.stream().map(Run::process).collect(Collectors.toSet());
    long alone = deaths.stream().filter(Run::alone).count();
    int lenience = Math.min(log.besides(processes), MOST_LENIENCE);
    return deaths.size() >= crashes && alone >= Math.max(1, crashes - 1) + lenience;
  }
}
