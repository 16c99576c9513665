package io.gpenstreams.stream.fetch;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;

/** A record within {@link io.gpenstreams.event.RecordLimits}, or the substitute for another. */
final class BoundedRecord implements Record {
  private final long offset;
  private final long timestamp;
  private final int sizeInBytes;
  private final byte[] value;
  private final Header[] headers;

  /**
   * A record without its key, which the service does not use.
   *
   * @param sizeInBytes of the original, for the consumer's metrics
   * @param value null if there is none
   */
  BoundedRecord(long offset, long timestamp, int sizeInBytes, byte[] value, Header[] headers) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.sizeInBytes = sizeInBytes;
    this.value = value;
    this.headers = headers;
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public int sequence() {
    return RecordBatch.NO_SEQUENCE;
  }

  @Override
  public int sizeInBytes() {
    return sizeInBytes;
  }

  @Override
  public long timestamp() {
    return timestamp;
  }

  @Override
  public void ensureValid() {
    // The batch has the checksum.
  }

  @Override
  public int keySize() {
    return -1;
  }

  @Override
  public boolean hasKey() {
    return false;
  }

  @Override
  public ByteBuffer key() {
    return null;
  }

  @Override
  public int valueSize() {
    return value == null ? -1 : value.length;
  }

  @Override
  public boolean hasValue() {
    return value != null;
  }

  @Override
  public ByteBuffer value() {
    return value == null ? null : ByteBuffer.wrap(value);
  }

  @Override
  public boolean hasMagic(byte magic) {
    return magic >= RecordBatch.MAGIC_VALUE_V2;
  }

  @Override
  public boolean isCompressed() {
    return false;
  }

  @Override
  public boolean hasTimestampType(TimestampType timestampType) {
    return false;
  }

  @Override
  public Header[] headers() {
    return headers;
  }

  @Override
  public String toString() {
    return "BoundedRecord[offset=" + offset + ", value=" + valueSize() + " bytes]";
  }
}
