package io.gpenstreams.gpen;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A generator with random weights of the sizes that training starts from; every call gives the same
 * values.
 */
final class RandomGenerator implements Tensors {
  private final Map<String, List<Long>> shapes;

  RandomGenerator(Architecture architecture) {
    this.shapes = new HashMap<>(architecture.shapes());
  }

  /** Of the smallest size that GPEN has, each resolution of another width. */
  static RandomGenerator small() {
    return new RandomGenerator(new Architecture(List.of(12, 10, 8, 6, 4)));
  }

  /** GPEN-BFR of a size, as published. */
  static RandomGenerator published(int size) {
    return new RandomGenerator(
        new Architecture(
            List.of(512, 512, 512, 512, 512, 256, 128, 64, 32, 16)
                .subList(0, Integer.numberOfTrailingZeros(size) - 1)));
  }

  @Override
  public String source() {
    return "random";
  }

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public List<Long> shape(String name) {
    return shapes.get(name);
  }

  @Override
  public float[] values(String name) {
    if (name.endsWith("kernel")) {
      return blur(name.startsWith("ecd") ? 1 : 4);
    }
    boolean ofStyle = name.startsWith("generator.style.");
    double deviation = name.endsWith("bias") ? 0.1 : ofStyle ? 100 : 1;
    double mean = name.endsWith("modulation.bias") || name.endsWith("noise.weight") ? 1 : 0;
    Random random = new Random(name.hashCode());
    float[] values = new float[Math.toIntExact(shape(name).stream().reduce(1L, (a, b) -> a * b))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return values;
  }

  private static float[] blur(int sum) {
    int[] taps = {1, 3, 3, 1};
    float[] kernel = new float[16];
    for (int i = 0; i < 16; i++) {
      kernel[i] = sum * taps[i / 4] * taps[i % 4] / 64f;
    }
    return kernel;
  }
}
