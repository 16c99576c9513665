package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.TraceContext;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** An input record, as it came, with at least one image without an outcome. Immutable. */
final class PendingRecord {
  private final byte[] value;
  private final Headers headers;
  private final long timestamp;
  private final List<ImageUploaded> images;
  // Read once: a record can name a thousand images, and each needs it.
  private final Headers trace;

  /**
   * A record and the images that it names.
   *
   * @param value may be null
   * @param timestamp as set by its producer or broker, in milliseconds since 1970; below 0 if none
   */
  PendingRecord(byte[] value, Headers headers, long timestamp, List<ImageUploaded> images) {
    this(value, headers, timestamp, images, new TraceContext().of(headers, value));
  }

  private PendingRecord(
      byte[] value, Headers headers, long timestamp, List<ImageUploaded> images, Headers trace) {
    this.value = value;
    this.headers = headers;
    this.timestamp = timestamp;
    this.images = images;
    this.trace = trace;
  }

  PendingRecord naming(List<ImageUploaded> found) {
    return new PendingRecord(value, headers, timestamp, found, trace);
  }

  /** The same without headers, if these are too many to be repeated. */
  PendingRecord withoutHeaders() {
    return new PendingRecord(value, new RecordHeaders(), timestamp, images);
  }

  byte[] value() {
    return value;
  }

  Headers headers() {
    return headers;
  }

  /** The trace context in its headers, else in its value; empty if there is none. */
  Headers trace() {
    return trace;
  }

  long timestamp() {
    return timestamp;
  }

  List<ImageUploaded> images() {
    return images;
  }
}
