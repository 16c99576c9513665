package io.gpenstreams.cli.replay;

import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * One run: sends dead letters back to where they came from, each once in all runs.
 * docs/architecture.md explains how, and why no crash changes that. For one thread.
 */
public final class Replay {
  private static final int BATCH_LETTERS = 100;
  private static final int BATCH_BYTES = 4 << 20;
  private static final int BATCH_MARKS = 1000;

  private final Map<String, Object> cluster;
  private final Plan plan;
  private final ReplayReport report;
  private final Clock clock;
  private final ReplayRecords records = new ReplayRecords();
  private final List<Selected> batch = new ArrayList<>();
  private int batchBytes;
  private long chosen;

  /**
   * The choices of the user.
   *
   * @param limit most letters to send
   * @param dryRun whether only to tell
   */
  public record Plan(LetterFilter filter, long limit, boolean dryRun) {}

  /** Prepares a run against the Kafka that {@code cluster} are the settings of. */
  public Replay(Map<String, Object> cluster, Plan plan, ReplayReport report, Clock clock) {
    this.cluster = Map.copyOf(cluster);
    this.plan = plan;
    this.report = report;
    this.clock = clock;
  }

  /**
   * Runs it, telling the report of every letter when it is sent.
   *
   * @throws ReplayException if it cannot, or not to the end
   */
  public void run() throws InterruptedException {
    try (ReplayTopics topics = new ReplayTopics(cluster);
        TopicReader reader = new TopicReader(cluster)) {
      TopicDescription letters = topics.letters();
      if (plan.dryRun()) {
        Optional<TopicDescription> marks = topics.marks();
        select(
            reader,
            letters,
            marks.isEmpty()
                ? new Marks()
                : Marks.read(reader, reader.ends(ReplayTopics.partitions(marks.get()))),
            Optional.empty());
        return;
      }
      TopicDescription marks = topics.marksFor(letters);
      try (Sender sender = Sender.open(cluster, clock)) {
        // Only now, and up to the last offset, so that the last commit of an earlier run is
        // included.
        Marks sent = Marks.read(reader, topics.lastOffsets(ReplayTopics.partitions(marks)));
        forget(reader, letters, sent, sender);
        select(reader, letters, sent, Optional.of(sender));
      }
    } catch (KafkaException e) {
      throw new ReplayException(
          "Kafka at %s: %s".formatted(cluster.get("bootstrap.servers"), rootMessage(e)), e);
    }
  }

  private static void forget(
      TopicReader reader, TopicDescription letters, Marks sent, Sender sender) {
    List<LetterId> outlived =
        sent.outlived(letters.topicId(), reader.begins(ReplayTopics.partitions(letters)));
    for (int from = 0; from < outlived.size(); from += BATCH_MARKS) {
      sender.forget(outlived.subList(from, Math.min(outlived.size(), from + BATCH_MARKS)));
    }
  }

  private void select(
      TopicReader reader, TopicDescription letters, Marks sent, Optional<Sender> sender) {
    List<TopicPartition> partitions = ReplayTopics.partitions(letters);
    // Read once: a letter that is sent back and fails again meanwhile is for the next run.
    Map<TopicPartition, Long> ends = reader.ends(partitions);
    for (TopicPartition partition : partitions) {
      reader.read(
          partition, ends.get(partition), record -> take(record, letters.topicId(), sent, sender));
    }
    send(sender);
  }

  private void take(
      ConsumerRecord<byte[], byte[]> record, Uuid topic, Marks sent, Optional<Sender> sender) {
    RestorationFailed letter;
    try {
      letter = records.read(record.value());
    } catch (IllegalArgumentException e) {
      report.unusable(record.partition(), record.offset(), e.getMessage());
      return;
    }
    LetterId id = new LetterId(topic, record.partition(), record.offset());
    if (!plan.filter().matches(letter)) {
      report.other();
    } else if (sent.contains(id)) {
      report.earlier();
    } else {
      choose(record, letter, id, sent, sender);
    }
  }

  private void choose(
      ConsumerRecord<byte[], byte[]> record,
      RestorationFailed letter,
      LetterId id,
      Marks sent,
      Optional<Sender> sender) {
    ProducerRecord<byte[], byte[]> upload;
    try {
      upload = records.replay(record, letter);
    } catch (IllegalArgumentException | RestorationException e) {
      report.unusable(record.partition(), record.offset(), e.getMessage());
      return;
    }
    if (chosen >= plan.limit()) {
      report.beyond();
      return;
    }
    chosen++;
    // Should the reader be set back, it meets this letter again.
    sent.add(id);
    Selected selected = new Selected(id, letter, upload);
    batch.add(selected);
    batchBytes += selected.bytes();
    if (batch.size() >= BATCH_LETTERS || batchBytes >= BATCH_BYTES || chosen == plan.limit()) {
      send(sender);
    }
  }

  private void send(Optional<Sender> sender) {
    List<Selected> letters = List.copyOf(batch);
    batch.clear();
    batchBytes = 0;
    if (letters.isEmpty()) {
      return;
    }
    if (sender.isEmpty() || sender.get().send(letters).isEmpty()) {
      letters.forEach(report::sent);
      return;
    }
    // If Kafka refuses one of them, the others are sent all the same.
    for (Selected one : letters) {
      Optional<String> refusal = sender.get().send(List.of(one));
      if (refusal.isPresent()) {
        chosen--;
        report.unusable(one.id().partition(), one.id().offset(), refusal.get());
      } else {
        report.sent(one);
      }
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
