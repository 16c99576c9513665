package io.gpenstreams.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Back-pressure: which partitions the consumer may fetch from. A task closes its partition while it
 * has too many pending images; the consumer of its stream thread asks before each poll. Safe for
 * any number of threads.
 */
public final class FetchGate {
  private final Set<TopicPartition> full = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  void setFull(TopicPartition partition, boolean isFull) {
    if (isFull) {
      full.add(partition);
    } else {
      full.remove(partition);
    }
  }

  /** Closes all partitions for good: the process stops. */
  void close() {
    closed = true;
  }

  boolean isOpen(TopicPartition partition) {
    return !closed && !full.contains(partition);
  }
}
