package io.gpenstreams.stream.fetch;

import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import io.gpenstreams.event.RefusedRecord.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;
import org.jboss.logging.Logger;

/**
 * Reads the records of a batch in bounded memory, whatever the batch contains. It skips a record
 * over a limit and returns a refused record instead. It also refuses the rest of a batch from the
 * first invalid byte, or when the batch expands to too much. There is one record for each that the
 * batch's header counts.
 *
 * <p>A record's offset follows from its position in the batch. The offset that the record itself
 * states counts only where compaction removed others: brokers do not check it in uncompressed
 * batches, and a wrong one would make the consumer skip other records.
 */
final class BatchReader implements CloseableIterator<Record> {
  /** How much of one batch is decompressed at most: the size of the largest record. */
  static final long MAX_BATCH_BYTES = 1L << 31;

  private static final Logger LOG = Logger.getLogger(BatchReader.class);

  private final DefaultRecordBatch batch;
  private final TopicPartition partition;
  private final ReadBudget budget;
  private final BufferSupplier buffers;
  private final Long logAppendTime;
  private long offset;
  private int remaining;
  private BatchBytes in;
  // Why all records from here on are refused; null if they are not.
  private RefusedRecord rest;

  /**
   * Begins at the batch's first record.
   *
   * @param batch with a consistent header: its count fits between its offsets
   */
  BatchReader(
      DefaultRecordBatch batch,
      TopicPartition partition,
      ReadBudget budget,
      BufferSupplier buffers) {
    this.batch = batch;
    this.partition = partition;
    this.budget = budget;
    this.buffers = buffers;
    this.logAppendTime =
        batch.timestampType() == TimestampType.LOG_APPEND_TIME ? batch.maxTimestamp() : null;
    this.offset = batch.baseOffset();
    this.remaining = batch.countOrNull();
  }

  @Override
  public boolean hasNext() {
    return remaining > 0;
  }

  @Override
  public Record next() {
    if (remaining == 0) {
      throw new NoSuchElementException();
    }
    Record record = null;
    if (rest == null) {
      try {
        record = read();
      } catch (BatchBytes.LimitExceededException e) {
        giveUp(
            new RefusedRecord(
                Reason.TOO_LARGE,
                "The record's batch expands to more than " + MAX_BATCH_BYTES + " bytes",
                -1,
                null,
                0,
                0));
      } catch (IOException | RuntimeException e) {
        // Decompressors throw all kinds of exceptions at malformed data.
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        giveUp(RefusedRecord.unreadable("The record's batch cannot be read: " + why));
      }
    }
    if (record == null) {
      record =
          new BoundedRecord(offset, batch.maxTimestamp(), 0, null, new Header[] {rest.asHeader()});
    }
    offset = record.offset() + 1;
    remaining--;
    return record;
  }

  private void giveUp(RefusedRecord why) {
    LOG.warnf(
        "%s: the batch of the offsets %d to %d is read up to offset %d only, and %d records of it"
            + " become dead letters: %s",
        partition, batch.baseOffset(), batch.lastOffset(), offset, remaining, why.message());
    rest = why;
    close();
  }

  private BatchBytes open() throws IOException {
    if (batch.compressionType() == CompressionType.SNAPPY) {
      ByteBuffer bytes = ByteBuffer.allocate(batch.sizeInBytes());
      batch.writeTo(bytes);
      bytes.flip().position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
      SnappyBlocks.requirePlausible(bytes);
    }
    return new BatchBytes(batch.recordInputStream(buffers), MAX_BATCH_BYTES, budget);
  }

  private Record read() throws IOException {
    if (in == null) {
      in = open();
    }
    int size = in.varint();
    long end = in.position() + size;
    // Attributes, which are unused.
    in.skip(1, null);
    long timestamp = batch.baseTimestamp() + in.varlong();
    long claimed = batch.baseOffset() + in.varint();
    in.skip(length(end), null);
    Value value = value(end);
    Headers headers = headers(end);
    if (in.position() != end) {
      throw new IOException("a record has not the size that it claims");
    }
    Optional<RefusedRecord> refused =
        RecordLimits.check(value.length, value::sha256, headers.count, headers.bytes);
    return new BoundedRecord(
        claimed >= offset && claimed <= batch.lastOffset() - (remaining - 1) ? claimed : offset,
        logAppendTime == null ? timestamp : logAppendTime,
        size,
        value.bytes,
        refused
            .map(why -> new Header[] {why.asHeader()})
            .orElseGet(() -> headers.kept.toArray(Header[]::new)));
  }

  private Value value(long end) throws IOException {
    int length = length(end);
    if (length <= RecordLimits.MAX_VALUE_BYTES) {
      return new Value(length, length < 0 ? null : in.bytes(length), sha256());
    }
    MessageDigest digest = sha256();
    in.skip(length, digest);
    return new Value(length, null, digest);
  }

  private Headers headers(long end) throws IOException {
    int count = in.varint();
    if (count < 0 || count > end - in.position()) {
      throw new IOException("a record has " + count + " headers");
    }
    Headers headers = new Headers(count);
    for (int i = 0; i < count; i++) {
      byte[] name = headerPart(headers, end);
      if (name == null && headers.withinLimits()) {
        throw new IOException("a header has no name");
      }
      byte[] value = headerPart(headers, end);
      if (headers.withinLimits()) {
        headers.kept.add(
            new RecordHeader(ByteBuffer.wrap(name), value == null ? null : ByteBuffer.wrap(value)));
      }
    }
    return headers;
  }

  /** Its bytes; null if there are none, or if the record is already refused. */
  private byte[] headerPart(Headers headers, long end) throws IOException {
    int length = length(end);
    headers.bytes += Math.max(0, length);
    if (length >= 0 && headers.withinLimits()) {
      return in.bytes(length);
    }
    in.skip(length, null);
    return null;
  }

  /** Negative if there are no bytes. */
  private int length(long end) throws IOException {
    int length = in.varint();
    if (length > end - in.position()) {
      throw new IOException("a part of a record is larger than the record");
    }
    return length;
  }

  @Override
  public void close() {
    if (in != null) {
      try {
        in.close();
      } catch (IOException e) {
        LOG.debugf(e, "%s: a decompressor was not closed", partition);
      }
      in = null;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** A value that was kept or digested. */
  private static final class Value {
    private final long length;
    private final byte[] bytes;
    private final MessageDigest digest;

    Value(long length, byte[] bytes, MessageDigest digest) {
      this.length = length;
      this.bytes = bytes;
      this.digest = digest;
    }

    String sha256() {
      if (length < 0) {
        return null;
      }
      return HexFormat.of().formatHex(bytes == null ? digest.digest() : digest.digest(bytes));
    }
  }

  /** Headers: all are counted, and kept while they are within the limits. */
  private static final class Headers {
    private final int count;
    private final List<Header> kept = new ArrayList<>();
    private long bytes;

    Headers(int count) {
      this.count = count;
    }

    boolean withinLimits() {
      return count <= RecordLimits.MAX_HEADERS && bytes <= RecordLimits.MAX_HEADER_BYTES;
    }
  }
}
