package io.gpenstreams.model;

import java.io.Serial;

/** A model that cannot be used; the message says which one, why, and what to do. */
public final class ModelException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean deviceLost;

  /** With no other exception behind it. */
  public ModelException(String message) {
    this(message, null);
  }

  /** With the exception that stopped it. */
  public ModelException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private ModelException(String message, Throwable cause, boolean deviceLost) {
    super(message, cause);
    this.deviceLost = deviceLost;
  }

  static ModelException deviceLost(String message, Throwable cause) {
    return new ModelException(message, cause, true);
  }

  /** Whether the device had too little memory, so that fewer faces at a time might do. */
  public boolean outOfMemory() {
    for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
      if (OutOfMemory.isMeantBy(String.valueOf(cause.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the device does not work for this process any more, whatever it is asked to do. */
  public boolean deviceLost() {
    return deviceLost;
  }
}
