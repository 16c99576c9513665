package io.gpenstreams.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.apache.kafka.common.header.Headers;

/**
 * The header of an outcome with its input record's timestamp. The outcome's own timestamp is when
 * it was made; otherwise the broker would delete the outcome of an old record at once.
 */
public final class OriginalTimestamp {
  /** Name of the header; its value is in milliseconds since 1970, decimal. */
  public static final String NAME = "original-timestamp";

  private OriginalTimestamp() {}

  /** Adds the header, unless the record has no time ({@code millis} below 0). */
  public static void add(Headers headers, long millis) {
    if (millis >= 0) {
      headers.add(NAME, Long.toString(millis).getBytes(US_ASCII));
    }
  }
}
