package io.gpenstreams.stream.fetch;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;

/** A fetched batch whose records a reader of this package reads, not Kafka's. */
final class BoundedBatch implements RecordBatch {
  private final RecordBatch fetched;
  private final long baseOffset;
  private final long lastOffset;
  private final boolean transactional;
  private final Function<BufferSupplier, CloseableIterator<Record>> reader;

  /**
   * A batch between two offsets.
   *
   * @param transactional whether the header's transaction flag is valid
   * @param reader opens the records
   */
  BoundedBatch(
      RecordBatch fetched,
      long baseOffset,
      long lastOffset,
      boolean transactional,
      Function<BufferSupplier, CloseableIterator<Record>> reader) {
    this.fetched = fetched;
    this.baseOffset = baseOffset;
    this.lastOffset = lastOffset;
    this.transactional = transactional;
    this.reader = reader;
  }

  @Override
  public CloseableIterator<Record> streamingIterator(BufferSupplier buffers) {
    return reader.apply(buffers);
  }

  @Override
  public Iterator<Record> iterator() {
    return streamingIterator(BufferSupplier.NO_CACHING);
  }

  @Override
  public boolean isValid() {
    return true;
  }

  @Override
  public void ensureValid() {
    // The reader handles batches that are not.
  }

  @Override
  public boolean isControlBatch() {
    return false;
  }

  @Override
  public long baseOffset() {
    return baseOffset;
  }

  @Override
  public long lastOffset() {
    return lastOffset;
  }

  @Override
  public long nextOffset() {
    return lastOffset + 1;
  }

  @Override
  public boolean hasProducerId() {
    return transactional && fetched.hasProducerId();
  }

  @Override
  public boolean isTransactional() {
    return transactional && fetched.isTransactional();
  }

  @Override
  public long producerId() {
    return fetched.producerId();
  }

  @Override
  public short producerEpoch() {
    return fetched.producerEpoch();
  }

  @Override
  public int baseSequence() {
    return fetched.baseSequence();
  }

  @Override
  public int lastSequence() {
    return fetched.lastSequence();
  }

  @Override
  public int partitionLeaderEpoch() {
    return fetched.partitionLeaderEpoch();
  }

  @Override
  public long checksum() {
    return fetched.checksum();
  }

  @Override
  public long maxTimestamp() {
    return fetched.maxTimestamp();
  }

  @Override
  public TimestampType timestampType() {
    return fetched.timestampType();
  }

  @Override
  public byte magic() {
    return fetched.magic();
  }

  @Override
  public CompressionType compressionType() {
    return fetched.compressionType();
  }

  @Override
  public boolean isCompressed() {
    return fetched.isCompressed();
  }

  @Override
  public int sizeInBytes() {
    return fetched.sizeInBytes();
  }

  @Override
  public Integer countOrNull() {
    return fetched.countOrNull();
  }

  @Override
  public OptionalLong deleteHorizonMs() {
    return fetched.deleteHorizonMs();
  }

  @Override
  public void writeTo(ByteBuffer buffer) {
    fetched.writeTo(buffer);
  }
}
