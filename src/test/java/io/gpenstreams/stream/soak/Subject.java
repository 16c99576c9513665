package io.gpenstreams.stream.soak;

import io.gpenstreams.event.ErrorCode;

/** What an event asks for, and what must become of it. */
enum Subject {
  /** A photo of somebody. */
  FACE("restored", null),
  /** A photo of nobody. */
  FACELESS("unchanged", null),
  /** A file that ends too early. */
  CORRUPT("failed", ErrorCode.IMAGE_CORRUPT),
  /** Nothing. */
  MISSING("failed", ErrorCode.SOURCE_NOT_FOUND),
  /** What kills the process that touches it. */
  POISON("failed", ErrorCode.INTERNAL),
  /** No event at all. */
  NONSENSE("failed", ErrorCode.INVALID_EVENT);

  private final String outcome;
  private final ErrorCode code;

  Subject(String outcome, ErrorCode code) {
    this.outcome = outcome;
    this.code = code;
  }

  String outcome() {
    return outcome;
  }

  /** Null if it does not fail. */
  ErrorCode code() {
    return code;
  }
}
