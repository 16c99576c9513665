package io.gpenstreams.model;

import io.gpenstreams.text.OneLine;

/** What libraries say of a failure, fit for one line of ours. */
final class RootMessage {
  private RootMessage() {}

  /** The message of what failed first: the exceptions around it only wrap it. */
  static String of(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return OneLine.of(String.valueOf(first.getMessage())).replaceAll("\\s+", " ").strip();
  }
}
