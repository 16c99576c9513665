package io.gpenstreams.gpen;

import io.gpenstreams.torch.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A generator with random weights, as large as at the start of training. With it everything can be
 * measured without real weights. The values are the same on every call and every machine.
 */
public final class RandomWeights implements Tensors {
  private static final List<Integer> PUBLISHED =
      List.of(512, 512, 512, 512, 512, 256, 128, 64, 32, 16);

  private final Map<String, List<Long>> shapes;

  /** Makes weights of any architecture. */
  public RandomWeights(Architecture architecture) {
    this.shapes = architecture.shapes();
  }

  /**
   * GPEN-BFR with the widths of the published weights.
   *
   * @param size side of the image in pixels
   * @throws IllegalArgumentException if GPEN has no such size
   */
  public static RandomWeights published(int size) {
    if (size < Architecture.SMALLEST
        || size > Architecture.LARGEST
        || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(
          "GPEN has no size %d: it must be a power of two from %d to %d"
              .formatted(size, Architecture.SMALLEST, Architecture.LARGEST));
    }
    int levels = Integer.numberOfTrailingZeros(size / Architecture.BASE) + 1;
    return new RandomWeights(new Architecture(PUBLISHED.subList(0, levels)));
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
    float deviation = name.endsWith("bias") ? 0.1f : ofStyle ? 100 : 1;
    float mean = name.endsWith("modulation.bias") || name.endsWith("noise.weight") ? 1 : 0;
    BellCurve curve = new BellCurve(name.hashCode());
    float[] values = new float[Math.toIntExact(shape(name).stream().reduce(1L, (a, b) -> a * b))];
    for (int i = 0; i < values.length; i++) {
      values[i] = mean + deviation * curve.next();
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

  /**
   * Nearly normal numbers: sums of four uniform ones. All steps but the last use integers, so that
   * every machine and Java version gives the same numbers. It is many times as fast as the JDK's
   * generator, which counts for the 71 million numbers of a checkpoint.
   */
  private static final class BellCurve {
    private static final int MASK = 0xFFFF;
    private static final int MEAN = 2 * MASK;
    private static final float DEVIATION = 37_837.2f;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    BellCurve(long seed) {
      this.state = seed * GOLDEN;
    }

    float next() {
      long bits = mixed();
      int sum =
          (int) (bits & MASK)
              + (int) (bits >>> 16 & MASK)
              + (int) (bits >>> 32 & MASK)
              + (int) (bits >>> 48);
      return (sum - MEAN) / DEVIATION;
    }

    // SplitMix64.
    private long mixed() {
      state += GOLDEN;
      long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
      z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
      return z ^ z >>> 31;
    }
  }
}
