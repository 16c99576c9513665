package io.gpenstreams.hostile;

import io.gpenstreams.hostile.RawRecord.RawHeader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * A record batch of Kafka's format 2, put together byte by byte: Kafka's own producer would refuse
 * much of what a broker takes.
 */
public record RawBatch(CompressionType compression, List<RawRecord> records) {
  private static final int BATCH_HEADER = 61;
  private static final byte MAGIC = 2;
  private static final int CRC_AT = 17;
  private static final int NONE = -1;

  /** One record by itself, as it is. */
  public static RawBatch of(RawRecord record) {
    return new RawBatch(CompressionType.NONE, List.of(record));
  }

  /** One record by itself, compressed. */
  public static RawBatch packed(RawRecord record) {
    return new RawBatch(CompressionType.ZSTD, List.of(record));
  }

  /** As it goes over the wire. */
  byte[] encode() {
    ByteBufferOutputStream packed = new ByteBufferOutputStream(1 << 16);
    try (OutputStream stream = Compression.of(compression).build().wrapForOutput(packed, MAGIC);
        DataOutputStream out = new DataOutputStream(stream)) {
      for (int i = 0; i < records.size(); i++) {
        write(out, i, records.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written to", e);
    }
    ByteBuffer body = packed.buffer().flip();
    long first = records.get(0).timestamp();
    long last = records.stream().mapToLong(RawRecord::timestamp).max().orElseThrow();
    ByteBuffer batch = ByteBuffer.allocate(BATCH_HEADER + body.remaining());
    batch.putLong(0).putInt(batch.capacity() - Long.BYTES - Integer.BYTES);
    batch.putInt(NONE).put(MAGIC).putInt(0);
    batch.putShort((short) compression.id).putInt(records.size() - 1);
    batch.putLong(first).putLong(last);
    batch.putLong(NONE).putShort((short) NONE).putInt(NONE);
    batch.putInt(records.size()).put(body);
    CRC32C crc = new CRC32C();
    crc.update(batch.array(), CRC_AT + Integer.BYTES, batch.capacity() - CRC_AT - Integer.BYTES);
    batch.putInt(CRC_AT, (int) crc.getValue());
    return batch.array();
  }

  private void write(DataOutputStream out, int index, RawRecord record) throws IOException {
    long time = record.timestamp() - records.get(0).timestamp();
    int place = index + record.lie().offset();
    int size = 1 + ByteUtils.sizeOfVarlong(time) + ByteUtils.sizeOfVarint(place);
    size += size(record.key()) + size(record.value());
    size += ByteUtils.sizeOfVarint(record.headers().size());
    for (RawHeader header : record.headers()) {
      size += size(header.name()) + size(header.value());
    }
    ByteUtils.writeVarint(size + record.lie().size(), out);
    out.write(0);
    ByteUtils.writeVarlong(time, out);
    ByteUtils.writeVarint(place, out);
    write(out, record.key());
    write(out, record.value());
    ByteUtils.writeVarint(record.headers().size(), out);
    for (RawHeader header : record.headers()) {
      write(out, header.name());
      write(out, header.value());
    }
  }

  private static int size(Content content) {
    return content == null
        ? ByteUtils.sizeOfVarint(NONE)
        : ByteUtils.sizeOfVarint(content.length()) + content.length();
  }

  private static void write(DataOutputStream out, Content content) throws IOException {
    ByteUtils.writeVarint(content == null ? NONE : content.length(), out);
    if (content != null) {
      content.writeTo(out);
    }
  }
}
