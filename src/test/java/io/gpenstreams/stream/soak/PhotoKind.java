package io.gpenstreams.stream.soak;

import io.gpenstreams.event.ErrorCode;

/** What kind of photo, or of record, an entry of the load is. */
enum PhotoKind {
  /** A photo with a face. */
  FACE("restored"),
  /** A photo without a face. */
  FACELESS("unchanged"),
  /** A file that ends too early. */
  CORRUPT(ErrorCode.IMAGE_CORRUPT.name()),
  /** An object that does not exist. */
  MISSING(ErrorCode.SOURCE_NOT_FOUND.name()),
  /** A poison pill: it kills the process that works on it. */
  POISON(ErrorCode.INTERNAL.name()),
  /** A record that is no event. */
  NONSENSE(ErrorCode.INVALID_EVENT.name()),
  /** A photo that is expensive or malformed. */
  HOSTILE_PHOTO(null),
  /** A record that is expensive or malformed; it may be an event. */
  HOSTILE_RECORD(null);

  private final String result;

  PhotoKind(String result) {
    this.result = result;
  }

  /**
   * What must become of it: {@code restored}, {@code unchanged} or an error's code. Null if that
   * differs from one to the next.
   */
  String result() {
    return result;
  }

  /** Whether the event names an image that can be in order with others. */
  boolean inOrder() {
    return this != NONSENSE && this != HOSTILE_RECORD;
  }
}
