package io.gpenstreams.cli.replay;

import java.io.Serial;

/** What keeps letters from being sent back, in a sentence for the user. */
public final class ReplayException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  ReplayException(String message, Throwable cause) {
    super(message, cause);
  }
}
