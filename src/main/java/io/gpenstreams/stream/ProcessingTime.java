package io.gpenstreams.stream;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Replaces each input record's timestamp with the time at which this process reads it. Kafka
 * Streams writes outcomes and store rows with the input record's timestamp, and a producer can set
 * any: brokers refuse timestamps too far from now, and retention deletes old ones.
 *
 * <p>The original timestamp travels in an extra header that exists in this process only.
 */
final class ProcessingTime implements TimestampExtractor {

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    record.headers().add(new OriginalTime(record.timestamp()));
    return System.currentTimeMillis();
  }

  /** The record as its producer sent it, with its own headers and timestamp. */
  static PendingRecord asSent(Record<byte[], byte[]> record) {
    Header[] headers = record.headers().toArray();
    int last = headers.length - 1;
    return last >= 0 && headers[last] instanceof OriginalTime time
        ? new PendingRecord(
            record.value(),
            new RecordHeaders(Arrays.copyOf(headers, last)),
            time.millis(),
            List.of())
        : new PendingRecord(record.value(), record.headers(), record.timestamp(), List.of());
  }

  // A received record never has a header of this class, whatever the header's name is.
  private record OriginalTime(long millis) implements Header {
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
