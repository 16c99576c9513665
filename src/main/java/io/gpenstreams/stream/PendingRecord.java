package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.TraceContext;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** An input record of which some image has no outcome yet, as it came. Never changed. */
final class PendingRecord {
  private final byte[] value;
  private final Headers headers;
  private final long timestamp;
  private final List<ImageUploaded> images;
  // Made once: a record may name a thousand images, each of which asks for it.
  private final Headers trace;

  /**
   * A record and what it was found to name.
   *
   * @param value may be null
   * @param timestamp as its producer or broker set it, in milliseconds since 1970; below 0 if none
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

  /** The trace context that the record has, in its headers or in its value. */
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
