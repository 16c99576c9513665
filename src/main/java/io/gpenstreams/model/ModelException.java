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
}
