package io.gpenstreams.stream.fetch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Reads the decompressed bytes of a batch in order. It never holds more than its buffer and the
 * bytes that the caller asked for.
 */
final class BatchBytes implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 10;

  private final InputStream in;
  private final long limit;
  private final ReadBudget budget;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int end;
  private long filled;

  /**
   * Begins at the first byte.
   *
   * @param limit how many bytes are read at most
   */
  BatchBytes(InputStream in, long limit, ReadBudget budget) {
    this.in = in;
    this.limit = limit;
    this.budget = budget;
  }

  /** How many bytes were read so far. */
  long position() {
    return filled - (end - next);
  }

  byte read() throws IOException {
    if (next == end) {
      fill();
    }
    return buffer[next++];
  }

  /** A number of Kafka's variable length: seven bits a byte, zigzag. */
  int varint() throws IOException {
    int value = (int) unsigned(28);
    return (value >>> 1) ^ -(value & 1);
  }

  /** Like {@link #varint}, of up to ten bytes. */
  long varlong() throws IOException {
    long value = unsigned(63);
    return (value >>> 1) ^ -(value & 1);
  }

  private long unsigned(int lastShift) throws IOException {
    long value = 0;
    for (int shift = 0; shift <= lastShift; shift += 7) {
      byte part = read();
      value |= (part & 0x7FL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IOException("a number has too many bytes");
  }

  /**
   * Skips bytes.
   *
   * @param digest is updated with them; may be null
   */
  void skip(long count, MessageDigest digest) throws IOException {
    long left = count;
    while (left > 0) {
      if (next == end) {
        fill();
      }
      int part = (int) Math.min(left, end - next);
      if (digest != null) {
        digest.update(buffer, next, part);
      }
      next += part;
      left -= part;
    }
  }

  byte[] bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    int done = 0;
    while (done < count) {
      if (next == end) {
        fill();
      }
      int part = Math.min(count - done, end - next);
      System.arraycopy(buffer, next, bytes, done, part);
      next += part;
      done += part;
    }
    return bytes;
  }

  private void fill() throws IOException {
    if (filled >= limit) {
      throw new LimitExceededException();
    }
    int count = in.read(buffer, 0, (int) Math.min(buffer.length, limit - filled));
    if (count <= 0) {
      throw new EOFException("it ends too early");
    }
    next = 0;
    end = count;
    filled += count;
    budget.spend(count);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The batch has more bytes than the limit. */
  static final class LimitExceededException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
