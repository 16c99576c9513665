package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;

/** Images as models take and give them, and how near two of them are. */
public final class ModelImages {
  private static final double HALF_RANGE = 127.5;

  private ModelImages() {}

  /** Waves and some noise, {@code [N,S,S,3]}. */
  public static byte[] waves(int images, int size) {
    byte[] levels = new byte[images * 3 * size * size];
    Random random = new Random(1);
    for (int i = 0; i < levels.length; i++) {
      int column = i / 3 % size;
      int row = i / 3 / size;
      double wave = Math.sin(column * 9.0 / size + i % 3) * Math.cos(row * 7.0 / size);
      levels[i] = (byte) (HALF_RANGE + 100 * wave + 20 * random.nextDouble());
    }
    return levels;
  }

  /** From levels {@code [N,S,S,3]} to {@code [N,3,S,S]} in −1…1. */
  public static float[] normalised(byte[] levels, int size) {
    float[] values = new float[levels.length];
    for (int i = 0; i < levels.length; i++) {
      values[planar(i, size)] = (float) (Byte.toUnsignedInt(levels[i]) / HALF_RANGE - 1);
    }
    return values;
  }

  /** √(Σ(a−b)²/Σb²). */
  public static double relativeError(float[] actual, float[] expected) {
    assertThat(actual).hasSize(expected.length);
    double difference = 0;
    double sum = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      sum += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / sum);
  }

  /**
   * Levels {@code [N,S,S,3]} against values {@code [N,3,S,S]}, clipped and rounded: none may be
   * more than one level off, and one in a thousand that much.
   */
  public static void assertRounded(byte[] levels, float[] values, int size) {
    int[] differences = differences(levels, values, size);
    assertThat(Arrays.stream(differences).max().orElseThrow()).isLessThanOrEqualTo(1);
    assertThat(Arrays.stream(differences).average().orElseThrow()).isLessThanOrEqualTo(0.001);
  }

  /** How far levels are from values that are clipped and rounded, in levels. */
  public static int[] differences(byte[] levels, float[] values, int size) {
    assertThat(levels).hasSize(values.length);
    int[] differences = new int[levels.length];
    for (int i = 0; i < levels.length; i++) {
      double level = Math.rint((values[planar(i, size)] + 1) * HALF_RANGE);
      int expected = (int) Math.max(0, Math.min(255, level));
      differences[i] = Math.abs(Byte.toUnsignedInt(levels[i]) - expected);
    }
    return differences;
  }

  private static int planar(int index, int size) {
    int pixels = size * size;
    int image = index / (3 * pixels);
    return (3 * image + index % 3) * pixels + index / 3 % pixels;
  }
}
