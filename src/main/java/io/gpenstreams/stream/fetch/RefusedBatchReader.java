package io.gpenstreams.stream.fetch;

import io.gpenstreams.event.RefusedRecord;
import java.util.NoSuchElementException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.utils.CloseableIterator;

/** Returns a refused record for each record of an unreadable batch. */
final class RefusedBatchReader implements CloseableIterator<Record> {
  private final long lastOffset;
  private final long timestamp;
  private final RefusedRecord why;
  private long offset;

  /** One record for each offset between two. */
  RefusedBatchReader(long baseOffset, long lastOffset, long timestamp, RefusedRecord why) {
    this.offset = baseOffset;
    this.lastOffset = lastOffset;
    this.timestamp = timestamp;
    this.why = why;
  }

  @Override
  public boolean hasNext() {
    return offset <= lastOffset;
  }

  @Override
  public Record next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return new BoundedRecord(offset++, timestamp, 0, null, new Header[] {why.asHeader()});
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
