package io.gpenstreams.stream;

import io.gpenstreams.event.RestoredImage;

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

    Restored(RestoredImage image, byte[] json) {
      this.image = image;
      this.json = json;
    }

    RestoredImage image() {
      return image;
    }

    byte[] json() {
      return json;
    }
  }
}
