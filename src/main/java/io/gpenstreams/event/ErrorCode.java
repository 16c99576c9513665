package io.gpenstreams.event;

/**
 * Why a photo could not be restored; the {@code error.code} of {@code image-restoration-failed}.
 */
public enum ErrorCode {
  INVALID_EVENT(false),
  EVENT_TOO_LARGE(false),
  SOURCE_FORBIDDEN(false),
  SOURCE_NOT_FOUND(false),
  SOURCE_TOO_LARGE(false),
  UNSUPPORTED_FORMAT(false),
  IMAGE_CORRUPT(false),
  IMAGE_TOO_LARGE(false),
  STORAGE_UNAVAILABLE(true),
  MODEL_FAILED(true),
  OUT_OF_MEMORY(true),
  TIMEOUT(true),
  INTERNAL(true);

  private final boolean retryable;

  ErrorCode(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether the same photo may succeed later without anyone changing it. */
  public boolean retryable() {
    return retryable;
  }
}
