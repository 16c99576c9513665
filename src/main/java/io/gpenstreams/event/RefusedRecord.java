package io.gpenstreams.event;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * An input record that is not used, reduced to what its dead letter needs. It has a small, bounded
 * size.
 *
 * @param reason what is wrong with it
 * @param message a sentence for the person who reads the dead letter
 * @param valueBytes length of the value; −1 if the record has none or it could not be read
 * @param valueSha256 SHA-256 of the value in lower-case hex; null if there is none or it could not
 *     be read
 * @param headers how many headers the record has; 0 if they could not be read
 * @param headerBytes their size as {@link RecordLimits} counts it; 0 if they could not be read
 */
public record RefusedRecord(
    Reason reason,
    String message,
    long valueBytes,
    String valueSha256,
    int headers,
    long headerBytes) {

  /** What is wrong with a record. */
  public enum Reason {
    /** A part of it exceeds a limit. */
    TOO_LARGE,
    /** Its bytes are damaged, or are no record. */
    UNREADABLE
  }

  /** A record that could not be read at all. */
  public static RefusedRecord unreadable(String message) {
    return new RefusedRecord(Reason.UNREADABLE, message, -1, null, 0, 0);
  }

  /**
   * Carries this object through a consumer and Kafka Streams in place of the record's own headers,
   * until {@link RecordLimits#check} reads it. It exists in this process only: no producer can send
   * one, because received headers are never of its class.
   */
  public Header asHeader() {
    return new Mark(this);
  }

  /** The one that {@code headers} carry, or null. */
  static RefusedRecord in(Headers headers) {
    for (Header header : headers) {
      if (header instanceof Mark mark) {
        return mark.record();
      }
    }
    return null;
  }

  // A name without a value, for code that copies headers.
  private record Mark(RefusedRecord record) implements Header {
    @Override
    public String key() {
      return "gpen-refused";
    }

    @Override
    public byte[] value() {
      return null;
    }
  }
}
