package io.gpenstreams.stream;

import io.gpenstreams.event.RestoredImage;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A restored image's event, with the bytes to send. A worker writes the JSON, so that the stream
 * thread need not. Immutable.
 */
final class RestoredEvent {
  private final RestoredImage image;
  private final byte[] json;
  private final Headers trace;

  RestoredEvent(RestoredImage image, byte[] json) {
    this(image, json, new RecordHeaders());
  }

  private RestoredEvent(RestoredImage image, byte[] json, Headers trace) {
    this.image = image;
    this.json = json;
    this.trace = trace;
  }

  RestoredEvent withTrace(Headers context) {
    return new RestoredEvent(image, json, context);
  }

  /** The trace context to send as headers; empty if there is none. */
  Headers trace() {
    return trace;
  }

  RestoredImage image() {
    return image;
  }

  byte[] json() {
    return json;
  }
}
