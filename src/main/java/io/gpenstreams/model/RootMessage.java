package io.gpenstreams.model;

import io.gpenstreams.text.OneLine;

/** A library's message about a failure, as a part of one line. */
final class RootMessage {
  private RootMessage() {}

  /** The message of the innermost cause. The exceptions around it only wrap it. */
  static String of(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return OneLine.of(String.valueOf(first.getMessage())).replaceAll("\\s+", " ").strip();
  }
}
