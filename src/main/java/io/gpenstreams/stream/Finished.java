package io.gpenstreams.stream;

import io.gpenstreams.event.RestoredImage;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * How an attempt ended. It has a result or a failure; one with neither was never begun.
 *
 * @param result null if it failed
 * @param failure null if it succeeded
 */
record Finished(Job job, Restored result, Throwable failure) {

  /**
   * A result, and its event as it will be sent: writing it is work that the stream thread need not
   * do.
   */
  static final class Restored {
    private final RestoredImage image;
    private final byte[] json;
    private final Headers trace;

    Restored(RestoredImage image, byte[] json) {
      this(image, json, new RecordHeaders());
    }

    private Restored(RestoredImage image, byte[] json, Headers trace) {
      this.image = image;
      this.json = json;
      this.trace = trace;
    }

    /** The same, made in a trace. */
    Restored tracedBy(Headers context) {
      return new Restored(image, json, context);
    }

    /** The trace context that the event carries on; empty if there is none. */
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
}
