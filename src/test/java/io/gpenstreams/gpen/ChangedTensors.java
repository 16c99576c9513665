package io.gpenstreams.gpen;

import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Tensors multiplied with a factor.
 *
 * @param factor by name
 */
record ChangedTensors(Tensors tensors, ToDoubleFunction<String> factor) implements Tensors {
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
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factor.applyAsDouble(name));
    }
    return values;
  }
}
