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
  private final boolean outage;

  /** A failure that no other exception caused. */
  public RestorationException(ErrorCode code, Stage stage, String message) {
    this(code, stage, message, null);
  }

  /** A failure caused by {@code cause}, which stays out of the event and goes to the log. */
  public RestorationException(ErrorCode code, Stage stage, String message, Throwable cause) {
    this(code, stage, message, cause, false);
  }

  private RestorationException(
      ErrorCode code, Stage stage, String message, Throwable cause, boolean outage) {
    super(message, cause);
    this.code = code;
    this.stage = stage;
    this.outage = outage;
  }

  /**
   * {@code STORAGE_UNAVAILABLE} that is not the photo's fault: S3 serves no other photo either, or
   * asks for fewer requests. Such an attempt does not count.
   */
  public static RestorationException outage(Stage stage, String message, Throwable cause) {
    return new RestorationException(ErrorCode.STORAGE_UNAVAILABLE, stage, message, cause, true);
  }

  /**
   * Any failure in the terms of the event contract: itself if it already is, {@code OUT_OF_MEMORY}
   * or else {@code INTERNAL}.
   *
   * @param stage where it was, unless the failure says so itself
   */
  public static RestorationException of(Stage stage, Throwable failure) {
    if (failure instanceof RestorationException known) {
      return known;
    }
    if (failure instanceof OutOfMemoryError) {
      return new RestorationException(
          ErrorCode.OUT_OF_MEMORY, stage, "the photo needs more memory than is free", failure);
    }
    return new RestorationException(
        ErrorCode.INTERNAL, stage, "an error of the service: " + failure, failure);
  }

  public ErrorCode code() {
    return code;
  }

  public Stage stage() {
    return stage;
  }

  /** Whether the failure is not the photo's fault, so that the attempt does not count. */
  public boolean outage() {
    return outage;
  }
}
