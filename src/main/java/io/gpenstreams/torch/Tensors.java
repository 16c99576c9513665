package io.gpenstreams.torch;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The named tensors of one model. */
public interface Tensors {
  /** Where they come from, for errors. */
  String source();

  /** Of every tensor. */
  Set<String> names();

  /** Sizes of a tensor's dimensions, the slowest first; empty for a scalar. */
  List<Long> shape(String name);

  /** A tensor's values in row-major order. */
  float[] values(String name);

  /** Those of a checkpoint, as long as it is open. */
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
