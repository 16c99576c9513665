package io.gpenstreams.companion;

import io.gpenstreams.model.ModelKind;
import java.util.Optional;

/** One of the networks, whose widths and depths are in the tensors. */
interface Network {
  /** What it is for. */
  ModelKind kind();

  /** As in metadata. */
  String architecture();

  /** What errors call it, with an article. */
  String title();

  /** Side of its picture over the side of the input's, if it gives a picture. */
  default Optional<Integer> scale(CheckedTensors tensors) {
    return Optional.empty();
  }

  /** Whose weights they are and how they may be used. */
  String licence();

  /** Writes all of it, from the input to the outputs. */
  void write(Layers layers);
}
