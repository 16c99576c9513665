package io.gpenstreams.model;

import java.io.Serial;

/** A model that cannot be used; the message says which one, why, and what to do. */
public final class ModelException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** With no other exception behind it. */
  public ModelException(String message) {
    super(message);
  }

  /** With the exception that stopped it. */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the device had too little memory, so that fewer faces at a time might do. */
  public boolean outOfMemory() {
    for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
      // ONNX Runtime has no code for it; its allocators and CUDA say it in words.
      String message = String.valueOf(cause.getMessage());
      if (message.contains("Failed to allocate memory") || message.contains("out of memory")) {
        return true;
      }
    }
    return false;
  }
}
