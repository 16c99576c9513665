package io.gpenstreams.cli.replay;

/**
 * Counts of the dead letters by result.
 *
 * @param sent sent back now, or what a dry run would send
 * @param earlier meant, but sent back by an earlier run
 * @param others not meant
 * @param unusable not to be sent back by anyone
 * @param beyond meant, but more than the limit
 */
public record ReplaySummary(long sent, long earlier, long others, long unusable, long beyond) {
  /** One line. */
  public String line(boolean dryRun) {
    StringBuilder line = new StringBuilder();
    line.append(sent).append(dryRun ? " to send back, " : " sent back, ");
    line.append(earlier).append(" sent earlier, ");
    line.append(others).append(" others");
    if (unusable > 0) {
      line.append(", ").append(unusable).append(" unusable");
    }
    if (beyond > 0) {
      line.append(", ").append(beyond).append(" beyond the limit");
    }
    return line.toString();
  }
}
