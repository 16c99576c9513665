package io.gpenstreams.cli.replay;

import java.io.Serial;

/** Letters cannot be sent back; the message is a sentence for the user. */
public final class ReplayException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  ReplayException(String message, Throwable cause) {
    super(message, cause);
  }
}
