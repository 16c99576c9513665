package io.gpenstreams.stream.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.Records;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.common.utils.CloseableIterator;
import org.apache.kafka.common.utils.Crc32C;

/** Batches as they lie in a topic, sound and otherwise. */
final class Batches {
  static final TopicPartition PLACE = new TopicPartition("image-uploaded", 0);

  // Of a batch's header; Kafka publishes only some of them.
  private static final int BASE_OFFSET = 0;
  private static final int LENGTH = 8;
  private static final int ATTRIBUTES = DefaultRecordBatch.CRC_OFFSET + 4;

  // A value and headers at their limits, buffers, and what decompressors hold.
  static final long MEMORY_BOUND = 16L << 20;

  private Batches() {}

  /** A batch of records from an offset on. */
  static byte[] of(CompressionType compression, long baseOffset, SimpleRecord... records) {
    MemoryRecords built =
        MemoryRecords.withRecords(baseOffset, Compression.of(compression).build(), records);
    return bytes(built.buffer());
  }

  /** A batch with a header of one kind of compression and whatever behind it, with a checksum. */
  static byte[] of(CompressionType compression, long baseOffset, int count, byte[] payload) {
    ByteBuffer batch =
        ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD + payload.length);
    DefaultRecordBatch.writeHeader(
        batch,
        baseOffset,
        count - 1,
        batch.capacity(),
        RecordBatch.MAGIC_VALUE_V2,
        compression,
        TimestampType.CREATE_TIME,
        1000,
        2000,
        RecordBatch.NO_PRODUCER_ID,
        RecordBatch.NO_PRODUCER_EPOCH,
        RecordBatch.NO_SEQUENCE,
        false,
        false,
        false,
        7,
        count);
    batch.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
    batch.put(payload);
    return sealed(batch.array());
  }

  /** What is behind the header. */
  static byte[] payload(byte[] batch) {
    return Arrays.copyOfRange(batch, DefaultRecordBatch.RECORD_BATCH_OVERHEAD, batch.length);
  }

  /** With the checksum that its bytes have now. */
  static byte[] sealed(byte[] batch) {
    ByteBuffer.wrap(batch)
        .putInt(
            DefaultRecordBatch.CRC_OFFSET,
            (int) Crc32C.compute(batch, ATTRIBUTES, batch.length - ATTRIBUTES));
    return batch;
  }

  /** With another first offset, which the checksum does not cover. */
  static byte[] moved(byte[] batch, long baseOffset) {
    byte[] moved = batch.clone();
    ByteBuffer.wrap(moved).putLong(BASE_OFFSET, baseOffset);
    return moved;
  }

  /** With another length in its header. */
  static byte[] withLength(byte[] batch, int length) {
    byte[] changed = batch.clone();
    ByteBuffer.wrap(changed).putInt(LENGTH, length);
    return changed;
  }

  /** One behind the other. */
  static MemoryRecords joined(byte[]... batches) {
    ByteBuffer all = ByteBuffer.allocate(Stream.of(batches).mapToInt(b -> b.length).sum());
    for (byte[] batch : batches) {
      all.put(batch);
    }
    return MemoryRecords.readableRecords(all.flip());
  }

  static DefaultRecordBatch batch(byte[] bytes) {
    return (DefaultRecordBatch) joined(bytes).batches().iterator().next();
  }

  /** What the reader makes of a batch. */
  static List<Record> read(byte[] batch) {
    try (BatchReader reader =
        new BatchReader(batch(batch), PLACE, new ReadBudget(), BufferSupplier.NO_CACHING)) {
      List<Record> records = new ArrayList<>();
      reader.forEachRemaining(records::add);
      return records;
    }
  }

  /** What the consumer gets. */
  static List<Record> read(Records records) {
    List<Record> all = new ArrayList<>();
    for (RecordBatch batch : records.batches()) {
      try (CloseableIterator<Record> iterator =
          batch.streamingIterator(BufferSupplier.NO_CACHING)) {
        iterator.forEachRemaining(all::add);
      }
    }
    return all;
  }

  /**
   * A record that says of itself what it likes, without key and headers.
   *
   * @param sizeError by how much it claims more bytes than it has
   */
  static byte[] rawRecord(int offsetDelta, String value, int sizeError) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    writeBody(body, offsetDelta, value.length());
    body.write(value.getBytes(UTF_8));
    body.write(0);
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    ByteUtils.writeVarint(body.size() + sizeError, new DataOutputStream(record));
    record.write(body.toByteArray());
    return record.toByteArray();
  }

  /** Writes a record with a value of zeros, piece by piece. */
  static void writeZeros(OutputStream out, int offsetDelta, int valueBytes) throws IOException {
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    writeBody(start, offsetDelta, valueBytes);
    ByteUtils.writeVarint(start.size() + valueBytes + 1, new DataOutputStream(out));
    out.write(start.toByteArray());
    byte[] zeros = new byte[1 << 20];
    for (int left = valueBytes; left > 0; left -= zeros.length) {
      out.write(zeros, 0, Math.min(left, zeros.length));
    }
    out.write(0);
  }

  /** Writes a record with headers of a name of two bytes and a value of zeros each. */
  static void writeHeaders(OutputStream out, int offsetDelta, int count, int valueBytes)
      throws IOException {
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    writeBody(start, offsetDelta, 1);
    start.write('v');
    ByteUtils.writeVarint(count, new DataOutputStream(start));
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.write(new byte[] {4, 'h', 'h'});
    ByteUtils.writeVarint(valueBytes, new DataOutputStream(header));
    header.write(new byte[valueBytes]);
    ByteUtils.writeVarint(start.size() + count * header.size(), new DataOutputStream(out));
    out.write(start.toByteArray());
    for (int i = 0; i < count; i++) {
      header.writeTo(out);
    }
  }

  private static void writeBody(OutputStream out, int offsetDelta, int valueBytes)
      throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.write(0);
    ByteUtils.writeVarlong(5, data);
    ByteUtils.writeVarint(offsetDelta, data);
    ByteUtils.writeVarint(-1, data);
    ByteUtils.writeVarint(valueBytes, data);
  }

  static byte[] compressed(CompressionType compression, byte[] payload) throws IOException {
    return compressed(compression, out -> out.write(payload));
  }

  static byte[] compressed(CompressionType compression, Payload payload) throws IOException {
    ByteBufferOutputStream bytes = new ByteBufferOutputStream(1 << 16);
    try (OutputStream out =
        Compression.of(compression).build().wrapForOutput(bytes, RecordBatch.MAGIC_VALUE_V2)) {
      payload.writeTo(out);
    }
    return bytes(bytes.buffer().flip());
  }

  /** What is to be compressed. */
  interface Payload {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Checks that a reader gives so many records, in a row and in little memory. */
  static void requireRecords(byte[] batch, int count) {
    read(batch);
    long before = allocated();
    List<Record> read = read(batch);
    assertThat(allocated() - before).isLessThan(MEMORY_BOUND);
    assertThat(read)
        .extracting(Record::offset)
        .containsExactlyElementsOf(
            IntStream.range(0, count).mapToObj(i -> batch(batch).baseOffset() + i).toList());
  }

  /** What this thread has allocated so far, in bytes. */
  static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** Why a record was refused, or null. */
  static RefusedRecord refused(Record record) {
    for (Header header : record.headers()) {
      if (!(header instanceof RecordHeader)) {
        return RecordLimits.check(null, new RecordHeaders(record.headers())).orElseThrow();
      }
    }
    return null;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
