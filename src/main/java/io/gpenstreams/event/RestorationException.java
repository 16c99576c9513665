package io.gpenstreams.event;

import java.io.Serial;

/**
 * A photo that cannot be restored, in the terms of the event contract: what happened, at which
 * stage, and a sentence for the person who reads the dead letter.
 */
public final class RestorationException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final Stage stage;

  /** A failure that no other exception caused. */
  public RestorationException(ErrorCode code, Stage stage, String message) {
    this(code, stage, message, null);
  }

  /** A failure caused by {@code cause}, which stays out of the event and goes to the log. */
  public RestorationException(ErrorCode code, Stage stage, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.stage = stage;
  }

  public ErrorCode code() {
    return code;
  }

  public Stage stage() {
    return stage;
  }
}
