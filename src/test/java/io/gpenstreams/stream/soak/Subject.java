package io.gpenstreams.stream.soak;

import io.gpenstreams.event.ErrorCode;

/** What an event asks for. */
enum Subject {
  /** A photo of somebody. */
  FACE("restored"),
  /** A photo of nobody. */
  FACELESS("unchanged"),
  /** A file that ends too early. */
  CORRUPT(ErrorCode.IMAGE_CORRUPT.name()),
  /** Nothing. */
  MISSING(ErrorCode.SOURCE_NOT_FOUND.name()),
  /** What kills the process that touches it. */
  POISON(ErrorCode.INTERNAL.name()),
  /** No event at all. */
  NONSENSE(ErrorCode.INVALID_EVENT.name()),
  /** A photo that costs more than it looks, or lies. */
  HOSTILE_PHOTO(null),
  /** A record that costs more than it looks, or lies; it may be an event. */
  HOSTILE_RECORD(null);

  private final String result;

  Subject(String result) {
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
