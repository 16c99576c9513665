package io.gpenstreams.web;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The latest outcomes, bounded in number and in the size of their events. The reader's thread adds
 * outcomes, request threads read them; all state is guarded by this object.
 */
final class RecentOutcomes {
  private static final Comparator<RecentOutcome> NEWEST_FIRST =
      Comparator.comparing(RecentOutcome::time).thenComparing(RecentOutcome::id).reversed();

  private final int most;
  private final long mostBytes;
  private final TreeSet<RecentOutcome> ordered = new TreeSet<>(NEWEST_FIRST);
  private final Map<String, RecentOutcome> byId = new HashMap<>();
  private long bytes;
  private long version;

  /**
   * An empty list.
   *
   * @param most outcomes to keep
   * @param mostBytes of their events together; the newest is kept however large it is
   */
  RecentOutcomes(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /**
   * The list at one moment.
   *
   * @param version different for each content
   */
  record Snapshot(long version, List<RecentOutcome> newestFirst) {}

  /** Adds an outcome, unless it is in the list, and removes the oldest if there are too many. */
  synchronized void add(RecentOutcome outcome) {
    if (byId.putIfAbsent(outcome.id(), outcome) != null) {
      return;
    }
    ordered.add(outcome);
    bytes += outcome.bytes();
    while (ordered.size() > most || (bytes > mostBytes && ordered.size() > 1)) {
      RecentOutcome oldest = ordered.pollLast();
      byId.remove(oldest.id());
      bytes -= oldest.bytes();
    }
    version++;
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(version, List.copyOf(ordered));
  }

  synchronized Optional<RecentOutcome> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}
