package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.stream.Progress.Run;
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
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The pending store's rows as bytes. Each begins with its version; a reader takes any row to its
 * last byte or not at all.
 *
 * <p>What a record holds and what is known about its images are rows of their own, so that a new
 * attempt rewrites a few bytes and not the event.
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

  byte[] write(Progress progress) {
    return bytes(
        out -> {
          time(out, progress.arrived());
          out.writeInt(progress.attempts());
          out.writeInt(progress.failures());
          out.writeInt(progress.stalls());
          time(out, progress.stalledSince());
          time(out, progress.notBefore());
          runs(out, progress.run() == null ? List.of() : List.of(progress.run()));
          runs(out, progress.deaths());
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
   * Reads a record's row, which does not say what its value names.
   *
   * @throws IllegalArgumentException if it is none, or of a version to come
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
   * @throws IllegalArgumentException if it is none, or of a version to come
   */
  Progress readProgress(byte[] row) {
    return read(
        row,
        in -> {
          Instant arrived = requiredTime(in);
          int attempts = in.readInt();
          int failures = in.readInt();
          int stalls = in.readInt();
          Instant stalledSince = time(in);
          Instant notBefore = requiredTime(in);
          List<Run> run = runs(in);
          List<Run> deaths = runs(in);
          if (run.size() > 1) {
            throw new IOException("More than one attempt at a time");
          }
          return new Progress(
              arrived,
              attempts,
              failures,
              stalls,
              stalledSince,
              notBefore,
              run.isEmpty() ? null : run.get(0),
              deaths);
        });
  }

  /**
   * Reads the task's row.
   *
   * @throws IllegalArgumentException if it is none, or of a version to come
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

  private static void runs(DataOutputStream out, List<Run> runs) throws IOException {
    out.writeInt(runs.size());
    for (Run run : runs) {
      block(out, run.process().getBytes(UTF_8));
      out.writeBoolean(run.alone());
    }
  }

  private static List<Run> runs(DataInputStream in) throws IOException {
    int count = count(in);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(new Run(text(in), in.readBoolean()));
    }
    return runs;
  }
}
