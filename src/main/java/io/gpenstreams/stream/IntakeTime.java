package io.gpenstreams.stream;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gives each input record the time at which this process takes it in. What is written while a
 * record is processed gets that record's time, and a producer may set any: brokers refuse what is
 * too far from now, and retention deletes what is old.
 *
 * <p>The record's own time travels with it as one more header, which exists in this process only.
 */
final class IntakeTime implements TimestampExtractor {

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    record.headers().add(new OwnTime(record.timestamp()));
    return System.currentTimeMillis();
  }

  /** The record as it came, with its own headers and its own time. */
  static PendingRecord asItCame(Record<byte[], byte[]> record) {
    Header[] headers = record.headers().toArray();
    int last = headers.length - 1;
    return last >= 0 && headers[last] instanceof OwnTime time
        ? new PendingRecord(
            record.value(),
            new RecordHeaders(Arrays.copyOf(headers, last)),
            time.millis(),
            List.of())
        : new PendingRecord(record.value(), record.headers(), record.timestamp(), List.of());
  }

  // No record that was received has a header of this class, whatever its name is.
  private record OwnTime(long millis) implements Header {
    @Override
    public String key() {
      return "gpen-own-time";
    }

    @Override
    public byte[] value() {
      return null;
    }
  }
}
