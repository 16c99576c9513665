package io.gpenstreams.gpen;

import java.util.List;
import java.util.Set;

/** Large styles, and modulated convolutions whose first channels have nearly no weights. */
record ThinChannels(Tensors tensors, float factor) implements Tensors {
  private static final int THIN = 2;
  private static final int LARGE_STYLES = 10;

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
    if (name.matches("generator\\.conv(s\\.\\d+|1)\\.conv\\.weight")) {
      int row = Math.toIntExact(values.length / shape(name).get(1));
      for (int i = 0; i < THIN * row; i++) {
        values[i] *= factor;
      }
    } else if (name.matches("generator\\.conv.*\\.modulation\\..*")) {
      for (int i = 0; i < values.length; i++) {
        values[i] *= LARGE_STYLES;
      }
    }
    return values;
  }
}
