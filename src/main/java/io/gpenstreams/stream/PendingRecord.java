package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** An input record of which some image has no outcome yet, as it came. Never changed. */
final class PendingRecord {
  private final byte[] value;
  private final Headers headers;
  private final long timestamp;
  private final List<ImageUploaded> images;

  /**
   * A record and what it was found to name.
   *
   * @param value may be null
   * @param timestamp as its producer or broker set it, in milliseconds since 1970; below 0 if none
   */
  PendingRecord(byte[] value, Headers headers, long timestamp, List<ImageUploaded> images) {
    this.value = value;
    this.headers = headers;
    this.timestamp = timestamp;
    this.images = images;
  }

  PendingRecord naming(List<ImageUploaded> found) {
    return new PendingRecord(value, headers, timestamp, found);
  }

  /** The same, for a record whose headers are too many to be repeated. */
  PendingRecord withoutHeaders() {
    return new PendingRecord(value, new RecordHeaders(), timestamp, images);
  }

  byte[] value() {
    return value;
  }

  Headers headers() {
    return headers;
  }

  long timestamp() {
    return timestamp;
  }

  List<ImageUploaded> images() {
    return images;
  }
}
