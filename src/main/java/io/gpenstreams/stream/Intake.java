package io.gpenstreams.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions of which nothing more should be fetched for now. Tasks say so, the consumer of
 * their thread obeys. Safe for any number of threads.
 */
public final class Intake {
  private final Set<TopicPartition> full = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  void full(TopicPartition partition, boolean isFull) {
    if (isFull) {
      full.add(partition);
    } else {
      full.remove(partition);
    }
  }

  /** Nothing more is to be fetched of any partition. */
  void stop() {
    stopped = true;
  }

  boolean open(TopicPartition partition) {
    return !stopped && !full.contains(partition);
  }
}
