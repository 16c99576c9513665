package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;

/** One image without an outcome. Belongs to its task's stream thread. */
final class PendingImage {
  private final PendingKey key;
  private final PendingRecord record;
  private final ImageUploaded image;
  private ImageState state;

  PendingImage(PendingKey key, PendingRecord record, ImageUploaded image, ImageState state) {
    this.key = key;
    this.record = record;
    this.image = image;
    this.state = state;
  }

  PendingKey key() {
    return key;
  }

  PendingRecord record() {
    return record;
  }

  ImageUploaded image() {
    return image;
  }

  ImageState state() {
    return state;
  }

  /** The state, which the caller knows. */
  <S extends ImageState> S state(Class<S> type) {
    return type.cast(state);
  }

  AttemptHistory history() {
    return state.history();
  }

  /** Only {@link PendingImages} calls this; it keeps the row in step. */
  void become(ImageState next) {
    state = next;
  }
}
