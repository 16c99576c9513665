package io.gpenstreams.cli.replay;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** The letters that were sent back, according to the topic of marks. For one thread. */
final class Marks {
  private final Set<LetterId> sent = new HashSet<>();

  /** Reads each partition up to its end. */
  static Marks read(TopicReader reader, Map<TopicPartition, Long> ends) {
    Marks marks = new Marks();
    ends.forEach(
        (partition, end) ->
            reader.read(
                partition,
                end,
                record -> {
                  if (record.key() != null) {
                    LetterId.parse(new String(record.key(), StandardCharsets.UTF_8))
                        .ifPresent(id -> marks.set(id, record.value() != null));
                  }
                }));
    return marks;
  }

  /** Notes a letter. */
  void add(LetterId letter) {
    sent.add(letter);
  }

  boolean contains(LetterId letter) {
    return sent.contains(letter);
  }

  /**
   * The marks of letters that are no more, nor ever will be again.
   *
   * @param topic id of the letters' topic
   * @param begins where its partitions begin
   */
  List<LetterId> outlived(Uuid topic, Map<TopicPartition, Long> begins) {
    Map<Integer, Long> first = new HashMap<>();
    begins.forEach((partition, offset) -> first.put(partition.partition(), offset));
    return sent.stream()
        .filter(
            id ->
                !id.topic().equals(topic)
                    || id.offset() < first.getOrDefault(id.partition(), Long.MAX_VALUE))
        .toList();
  }

  private void set(LetterId id, boolean marked) {
    if (marked) {
      sent.add(id);
    } else {
      sent.remove(id);
    }
  }
}
