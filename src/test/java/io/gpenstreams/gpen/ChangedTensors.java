package io.gpenstreams.gpen;

import io.gpenstreams.torch.Tensors;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Tensors with other values.
 *
 * @param change what becomes of a tensor's values
 */
record ChangedTensors(Tensors tensors, Change change) implements Tensors {
  private static final int THIN = 2;
  private static final int LARGE_STYLES = 10;

  /** Changes a tensor's values in place. */
  @FunctionalInterface
  interface Change {
    void apply(String name, float[] values);
  }

  /** Multiplied with a factor, by name. */
  static ChangedTensors scaled(Tensors tensors, ToDoubleFunction<String> factor) {
    return new ChangedTensors(
        tensors,
        (name, values) -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * factor.applyAsDouble(name));
          }
        });
  }

  /** Large styles, and modulated convolutions whose first channels have nearly no weights. */
  static ChangedTensors withThinChannels(Tensors tensors, float factor) {
    return new ChangedTensors(
        tensors,
        (name, values) -> {
          if (name.matches("generator\\.conv(s\\.\\d+|1)\\.conv\\.weight")) {
            int row = Math.toIntExact(values.length / tensors.shape(name).get(1));
            for (int i = 0; i < THIN * row; i++) {
              values[i] *= factor;
            }
          } else if (name.matches("generator\\.conv.*\\.modulation\\..*")) {
            for (int i = 0; i < values.length; i++) {
              values[i] *= LARGE_STYLES;
            }
          }
        });
  }

  @Override
  public String source() {
    return tensors.source();
  }

  @Override
  public Set<String> names() {
    return tensors.names();
  }

  @Override
  public List<Long> shape(String name) {
    return tensors.shape(name);
  }

  @Override
  public float[] values(String name) {
    float[] values = tensors.values(name);
    change.apply(name, values);
    return values;
  }
}
