package io.gpenstreams.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The headers of a dead letter: a CloudEvent's, and the original record's position and headers. */
public final class DeadLetterHeaders {
  /** Topic of the original record. */
  public static final String ORIGINAL_TOPIC = "original-topic";

  /** Partition of the original record, decimal. */
  public static final String ORIGINAL_PARTITION = "original-partition";

  /** Offset of the original record, decimal. */
  public static final String ORIGINAL_OFFSET = "original-offset";

  /** Prefix of the names of the original record's headers. */
  public static final String ORIGINAL_HEADER_PREFIX = "original-header-";

  private static final int OVERHEAD_BYTES = 8;
  // All headers of a record within its limits, under their longer names.
  private static final int MAX_ORIGINAL_BYTES =
      RecordLimits.MAX_HEADER_BYTES
          + RecordLimits.MAX_HEADERS * (ORIGINAL_HEADER_PREFIX.length() + OVERHEAD_BYTES);

  private final CloudEventHeaders cloudEvents;

  /** Adds to the headers of {@code cloudEvents}. */
  public DeadLetterHeaders(CloudEventHeaders cloudEvents) {
    this.cloudEvents = cloudEvents;
  }

  /**
   * New headers for one dead letter. The images of a record share the bytes that are available for
   * its headers; headers are omitted from the first one that does not fit.
   *
   * @param imageId null if the record names none
   * @param incoming the original record's headers
   * @param images how many images the record names; 0 if it is invalid
   */
  public Headers of(Origin origin, String imageId, Instant failedAt, Headers incoming, int images) {
    Headers headers =
        cloudEvents.of(
            origin, CloudEventHeaders.IMAGE_RESTORATION_FAILED, imageId, failedAt, incoming);
    headers.add(ORIGINAL_TOPIC, utf8(origin.topic()));
    headers.add(ORIGINAL_PARTITION, utf8(Integer.toString(origin.partition())));
    headers.add(ORIGINAL_OFFSET, utf8(Long.toString(origin.offset())));
    int available = MAX_ORIGINAL_BYTES / Math.max(1, images);
    int bytes = 0;
    for (Header header : incoming) {
      String name = ORIGINAL_HEADER_PREFIX + header.key();
      bytes += utf8(name).length + OVERHEAD_BYTES;
      bytes += header.value() == null ? 0 : header.value().length;
      if (bytes > available) {
        break;
      }
      headers.add(name, header.value());
    }
    return headers;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
