package io.gpenstreams.web;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Reads the outcome topics and keeps the latest outcomes. It assigns itself all partitions instead
 * of joining a group: every replica shows all outcomes, and Kafka stores no offsets.
 *
 * <p>One thread runs {@link #run()} and owns the consumer; any other thread may call {@link
 * #stop()}.
 */
final class OutcomeReader implements Runnable {
  private static final Logger LOG = Logger.getLogger(OutcomeReader.class);

  private static final List<String> TOPICS =
      List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED);
  private static final Duration POLL = Duration.ofMillis(500);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final RecentOutcomes outcomes;
  private final int lookBack;
  private final Duration pause;
  private final Clock clock;
  private final EventJson json = new EventJson();
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * A reader that connects when it runs.
   *
   * @param consumers makes a consumer without a group; called again when one fails
   * @param lookBack offsets before each partition's end at which to begin
   * @param pause between two checks for new partitions, and after a failure
   */
  OutcomeReader(
      Supplier<Consumer<byte[], byte[]>> consumers,
      RecentOutcomes outcomes,
      int lookBack,
      Duration pause,
      Clock clock) {
    this.consumers = consumers;
    this.outcomes = outcomes;
    this.lookBack = lookBack;
    this.pause = pause;
    this.clock = clock;
  }

  /** Reads until stopped; after a failure it starts again with a new consumer. */
  @Override
  public void run() {
    while (!isStopped()) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        follow(consumer);
      } catch (RuntimeException e) {
        LOG.warnf("The viewer cannot read outcomes and tries again: %s", e.getMessage());
      }
      if (await(pause)) {
        return;
      }
    }
  }

  /** Makes {@link #run()} return, within the time of a poll. */
  void stop() {
    stopped.countDown();
  }

  private void follow(Consumer<byte[], byte[]> consumer) {
    long nextCheck = System.nanoTime();
    while (!isStopped()) {
      if (System.nanoTime() - nextCheck >= 0) {
        assignNew(consumer);
        nextCheck = System.nanoTime() + pause.toNanos();
      }
      if (consumer.assignment().isEmpty()) {
        await(POLL);
      } else {
        consumer.poll(POLL).forEach(this::take);
      }
    }
  }

  private void assignNew(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> found = new ArrayList<>();
    for (String topic : TOPICS) {
      for (PartitionInfo partition : consumer.partitionsFor(topic)) {
        TopicPartition added = new TopicPartition(topic, partition.partition());
        if (!consumer.assignment().contains(added)) {
          found.add(added);
        }
      }
    }
    if (found.isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(found);
    Map<TopicPartition, Long> ends = consumer.endOffsets(found);
    Set<TopicPartition> all = new HashSet<>(consumer.assignment());
    all.addAll(found);
    consumer.assign(all);
    for (TopicPartition added : found) {
      consumer.seek(added, Math.max(begins.get(added), ends.get(added) - lookBack));
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    String id = "%s-%d-%d".formatted(record.topic(), record.partition(), record.offset());
    try {
      outcomes.add(outcome(id, record));
    } catch (RuntimeException e) {
      // Records after an invalid one are still worth showing.
      LOG.warnf("The viewer skips %s, which is not an outcome: %s", id, e.getMessage());
    }
  }

  private RecentOutcome outcome(String id, ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    return record.topic().equals(Topics.RESTORED_IMAGE)
        ? RecentOutcome.of(id, clock.instant(), json.readRestored(value), value.length)
        : RecentOutcome.of(id, clock.instant(), json.readFailed(value), value.length);
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private boolean await(Duration duration) {
    try {
      return stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
      return true;
    }
  }
}
