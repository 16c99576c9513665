package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.Origin;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.kafka.common.utils.Bytes;

/**
 * The key of a row in the pending store: the position of an input record, or of one of its images.
 * Keys, and their bytes, sort in the order of arrival, a record before its images.
 *
 * @param index the image's index in its record, from 0; {@link #RECORD} for the record itself
 */
record PendingKey(String topic, int partition, long offset, int index)
    implements Comparable<PendingKey> {
  static final int RECORD = -1;

  // Sorts before all other keys, because no topic's name is empty.
  private static final Bytes CRASHES = Bytes.wrap(new byte[] {0});
  private static final int MAX_INDEX = Integer.MAX_VALUE;
  private static final int NUMBERS = 1 + Integer.BYTES + Long.BYTES + Integer.BYTES;
  private static final Comparator<PendingKey> ARRIVAL =
      Comparator.comparing(PendingKey::topic)
          .thenComparingInt(PendingKey::partition)
          .thenComparingLong(PendingKey::offset)
          .thenComparingInt(PendingKey::index);

  /** Checks that the numbers sort as bytes. */
  PendingKey {
    if (topic.isEmpty() || partition < 0 || offset < 0 || index < RECORD || index == MAX_INDEX) {
      throw new IllegalArgumentException("No position in the input");
    }
  }

  /** The key of the task's {@link CrashLog}. */
  static Bytes crashes() {
    return CRASHES;
  }

  /**
   * Reads what {@link #bytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are something else
   */
  static PendingKey read(Bytes bytes) {
    byte[] all = bytes.get();
    int topicLength = all.length - NUMBERS;
    if (topicLength < 1 || all[topicLength] != 0) {
      throw new IllegalArgumentException("No key of this version");
    }
    ByteBuffer numbers = ByteBuffer.wrap(all, topicLength + 1, NUMBERS - 1);
    PendingKey key =
        new PendingKey(
            new String(Arrays.copyOf(all, topicLength), UTF_8),
            numbers.getInt(),
            numbers.getLong(),
            numbers.getInt() - 1);
    // A row whose key is written differently could never be deleted.
    if (!key.bytes().equals(bytes)) {
      throw new IllegalArgumentException("No topic's name");
    }
    return key;
  }

  Bytes bytes() {
    byte[] name = topic.getBytes(UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(name.length + NUMBERS)
            .put(name)
            .put((byte) 0)
            .putInt(partition)
            .putLong(offset)
            .putInt(index + 1)
            .array());
  }

  PendingKey ofRecord() {
    return new PendingKey(topic, partition, offset, RECORD);
  }

  PendingKey ofImage(int image) {
    return new PendingKey(topic, partition, offset, image);
  }

  Origin origin() {
    return new Origin(topic, partition, offset, Math.max(index, 0));
  }

  @Override
  public int compareTo(PendingKey other) {
    return ARRIVAL.compare(this, other);
  }
}
