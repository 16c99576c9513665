package io.gpenstreams.model;

/** What libraries say of a failure, fit for one line of ours. */
final class OneLine {
  private OneLine() {}

  /** The message of what failed first: those above it only wrap it. */
  static String of(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return String.valueOf(first.getMessage()).replaceAll("\\s+", " ").strip();
  }
}
