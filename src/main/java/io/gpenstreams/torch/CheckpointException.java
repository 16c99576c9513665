package io.gpenstreams.torch;

import java.io.Serial;

/** A checkpoint that cannot be used; one line that names the file and the trouble. */
public final class CheckpointException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** With no other exception behind it. */
  public CheckpointException(String message) {
    super(message);
  }

  /** With the exception that stopped it. */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
