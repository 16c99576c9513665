package io.gpenstreams.event;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;

/**
 * How large an input record may be. The size of its headers is the sum of their names in UTF-8 and
 * their values, without any framing. Its key has no limit, because nothing reads it.
 */
public final class RecordLimits {
  /** Largest value, in bytes. */
  public static final int MAX_VALUE_BYTES = 512 << 10;

  /** Most headers. */
  public static final int MAX_HEADERS = 64;

  /** Largest size of all headers together, in bytes. */
  public static final int MAX_HEADER_BYTES = 32 << 10;

  private RecordLimits() {}

  /**
   * Why a record must not be used; empty if it is within the limits.
   *
   * @param value null if the record has none
   * @param headers the record's own, or a single {@link RefusedRecord#asHeader}
   */
  public static Optional<RefusedRecord> check(byte[] value, Headers headers) {
    RefusedRecord known = RefusedRecord.in(headers);
    if (known != null) {
      return Optional.of(known);
    }
    int count = 0;
    long bytes = 0;
    for (Header header : headers) {
      count++;
      bytes += Utils.utf8Length(header.key());
      bytes += header.value() == null ? 0 : header.value().length;
    }
    return check(value == null ? -1 : value.length, () -> sha256(value), count, bytes);
  }

  /**
   * Why a record with these parts must not be used; empty if it is within the limits.
   *
   * @param valueBytes −1 if it has no value
   * @param valueSha256 asked only if a limit is exceeded; see {@link RefusedRecord}
   */
  public static Optional<RefusedRecord> check(
      long valueBytes, Supplier<String> valueSha256, int headers, long headerBytes) {
    String message = null;
    if (valueBytes > MAX_VALUE_BYTES) {
      message = over("The value has %d bytes", valueBytes, MAX_VALUE_BYTES);
    } else if (headers > MAX_HEADERS) {
      message = over("The record has %d headers", headers, MAX_HEADERS);
    } else if (headerBytes > MAX_HEADER_BYTES) {
      message = over("The record's headers have %d bytes", headerBytes, MAX_HEADER_BYTES);
    }
    return message == null
        ? Optional.empty()
        : Optional.of(
            new RefusedRecord(
                RefusedRecord.Reason.TOO_LARGE,
                message,
                valueBytes,
                valueSha256.get(),
                headers,
                headerBytes));
  }

  private static String over(String what, long size, int limit) {
    return what.formatted(size) + ", of which at most " + limit + " are read";
  }

  private static String sha256(byte[] value) {
    if (value == null) {
      return null;
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
