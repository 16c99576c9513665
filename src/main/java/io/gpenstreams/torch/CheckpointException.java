package io.gpenstreams.torch;

import java.io.Serial;

/**
 * A checkpoint that cannot be used. The message is one line that names the file and the problem.
 */
public final class CheckpointException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** An exception without a cause. */
  public CheckpointException(String message) {
    super(message);
  }

  /** An exception with a cause. */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
