package io.gpenstreams.torch;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A model's weights: tensors with names. */
public interface Tensors {
  /** Where the tensors come from, for error messages. */
  String source();

  /** The names of all tensors. */
  Set<String> names();

  /** The sizes of a tensor's dimensions, in row-major order; empty for a scalar. */
  List<Long> shape(String name);

  /** Reads a tensor's values, in row-major order. */
  float[] values(String name);

  /** The tensors of a checkpoint. They can be read as long as it is open. */
  static Tensors of(Path file, Checkpoint checkpoint) {
    return new Tensors() {
      @Override
      public String source() {
        return file.toString();
      }

      @Override
      public Set<String> names() {
        return checkpoint.names();
      }

      @Override
      public List<Long> shape(String name) {
        return checkpoint.tensor(name).shape();
      }

      @Override
      public float[] values(String name) {
        return checkpoint.tensor(name).toFloats();
      }
    };
  }
}
