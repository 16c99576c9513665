package io.gpenstreams.model;

import java.io.Serial;

/** A model that cannot be used; the message says which one, why, and what to do. */
public final class ModelException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean deviceLost;

  /** An exception without a cause. */
  public ModelException(String message) {
    this(message, null);
  }

  /** An exception with a cause. */
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

  /** Whether the device had too little memory, so that fewer faces at a time might work. */
  public boolean outOfMemory() {
    for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
      if (OutOfMemory.isMeantBy(String.valueOf(cause.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the device no longer works for this process at all. */
  public boolean deviceLost() {
    return deviceLost;
  }
}
