package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The pending store's rows as bytes. Each begins with its version. A reader accepts a row to its
 * last byte or not at all.
 *
 * <p>A record and each of its images have rows of their own, so that a new attempt rewrites a few
 * bytes and not the event.
 */
final class PendingCodec {
  private static final int VERSION = 1;
  private static final int NONE = -1;
  private static final long NO_TIME = Long.MIN_VALUE;

  private interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  byte[] write(PendingRecord record) {
    return bytes(
        out -> {
          out.writeLong(record.timestamp());
          block(out, record.value());
          Header[] headers = record.headers().toArray();
          out.writeInt(headers.length);
          for (Header header : headers) {
            block(out, header.key().getBytes(UTF_8));
            block(out, header.value());
          }
        });
  }

  byte[] write(ImageState state) {
    AttemptHistory history = state.history();
    return bytes(
        out -> {
          time(out, history.arrived());
          out.writeInt(history.attempts());
          out.writeInt(history.failures());
          out.writeInt(history.stalls());
          time(out, history.stalledSince());
          time(out, history.notBefore());
          marks(out, state.mark().stream().toList());
          marks(out, history.deaths());
        });
  }

  byte[] write(CrashLog log) {
    return bytes(
        out -> {
          out.writeInt(log.deaths().size());
          for (Map.Entry<String, Instant> death : log.deaths().entrySet()) {
            block(out, death.getKey().getBytes(UTF_8));
            time(out, death.getValue());
          }
        });
  }

  /**
   * Reads a record's row. It does not hold the images, which the value names.
   *
   * @throws IllegalArgumentException if it is something else, or of a later version
   */
  PendingRecord readRecord(byte[] row) {
    return read(
        row,
        in -> {
          long timestamp = in.readLong();
          byte[] value = block(in);
          Headers headers = new RecordHeaders();
          int count = count(in);
          for (int i = 0; i < count; i++) {
            headers.add(text(in), block(in));
          }
          return new PendingRecord(value, headers, timestamp, List.of());
        });
  }

  /**
   * Reads an image's row.
   *
   * @return {@link ImageState.Abandoned} if the row has a mark
   * @throws IllegalArgumentException if it is something else, or of a later version
   */
  ImageState readState(byte[] row) {
    return read(
        row,
        in -> {
          Instant arrived = requiredTime(in);
          int attempts = in.readInt();
          int failures = in.readInt();
          int stalls = in.readInt();
          Instant stalledSince = time(in);
          Instant notBefore = requiredTime(in);
          Optional<Mark> mark = mark(in);
          AttemptHistory history =
              new AttemptHistory(
                  arrived, attempts, failures, stalls, stalledSince, notBefore, marks(in));
          return mark.<ImageState>map(left -> new ImageState.Abandoned(history, left))
              .orElseGet(() -> ImageState.waiting(history));
        });
  }

  /**
   * Reads the row of crashes.
   *
   * @throws IllegalArgumentException if it is something else, or of a later version
   */
  CrashLog readCrashes(byte[] row) {
    return read(
        row,
        in -> {
          Map<String, Instant> deaths = new LinkedHashMap<>();
          int count = count(in);
          for (int i = 0; i < count; i++) {
            deaths.put(text(in), requiredTime(in));
          }
          return new CrashLog(deaths);
        });
  }

  private static byte[] bytes(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static <T> T read(byte[] row, Reader<T> reader) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(row))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IOException("Version " + version);
      }
      T read = reader.read(in);
      if (in.available() > 0) {
        throw new IOException(in.available() + " bytes too many");
      }
      return read;
    } catch (IOException | DateTimeException e) {
      throw new IllegalArgumentException("No row of version " + VERSION, e);
    }
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes == null ? NONE : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static byte[] block(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == NONE) {
      return null;
    }
    // A damaged length must not ask for memory that its row could not fill.
    if (length < 0 || length > in.available()) {
      throw new IOException("A length of " + length);
    }
    return in.readNBytes(length);
  }

  private static String text(DataInputStream in) throws IOException {
    byte[] bytes = block(in);
    if (bytes == null) {
      throw new IOException("No text");
    }
    return new String(bytes, UTF_8);
  }

  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > in.available()) {
      throw new IOException("A count of " + count);
    }
    return count;
  }

  private static void time(DataOutputStream out, Instant time) throws IOException {
    out.writeLong(time == null ? NO_TIME : time.toEpochMilli());
  }

  private static Instant time(DataInputStream in) throws IOException {
    long millis = in.readLong();
    return millis == NO_TIME ? null : Instant.ofEpochMilli(millis);
  }

  private static Instant requiredTime(DataInputStream in) throws IOException {
    Instant time = time(in);
    if (time == null) {
      throw new IOException("No time");
    }
    return time;
  }

  private static void marks(DataOutputStream out, List<Mark> marks) throws IOException {
    out.writeInt(marks.size());
    for (Mark mark : marks) {
      block(out, mark.process().getBytes(UTF_8));
      out.writeBoolean(mark.alone());
    }
  }

  private static List<Mark> marks(DataInputStream in) throws IOException {
    int count = count(in);
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      marks.add(new Mark(text(in), in.readBoolean()));
    }
    return marks;
  }

  private static Optional<Mark> mark(DataInputStream in) throws IOException {
    List<Mark> marks = marks(in);
    if (marks.size() > 1) {
      throw new IOException("More than one mark");
    }
    return marks.stream().findFirst();
  }
}
