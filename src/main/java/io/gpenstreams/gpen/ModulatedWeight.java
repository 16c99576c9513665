package io.gpenstreams.gpen;

import java.util.Arrays;
import java.util.List;

/**
 * The equalised weights W {@code [O,I,3,3]} of a modulated convolution with demodulation.
 * Demodulation divides by the norm of W[o]·s. So a row W[o] may be divided by any number if ε is
 * divided by its square. In float16 the rows have norm 1: a row of nearly zero weights is not lost,
 * and its compensating factor is finite.
 */
final class ModulatedWeight {
  private static final double EPSILON = 1e-8;
  private static final float LARGEST = 1e30f;

  private final Weights weights;
  private final String name;
  private final int in;
  private final int out;
  private final List<Double> divisors;

  private ModulatedWeight(Weights weights, String name, int in, int out, List<Double> divisors) {
    this.weights = weights;
    this.name = name;
    this.in = in;
    this.out = out;
    this.divisors = divisors;
  }

  /** The weights as the formula has them. */
  static ModulatedWeight asStored(Weights weights, String layer, int in, int out) {
    Double[] ones = new Double[out];
    Arrays.fill(ones, 1.0);
    return new ModulatedWeight(weights, layer + ".conv.weight", in, out, List.of(ones));
  }

  /** The weights with rows of norm 1. A row of zeros stays a row of zeros. */
  static ModulatedWeight ofUnitRows(Weights weights, String layer, int in, int out) {
    ModulatedWeight stored = asStored(weights, layer, in, out);
    double[] squares = Kernels.squares(stored.values(), out, in);
    double[] sums = new double[out];
    for (int i = 0; i < squares.length; i++) {
      sums[i / in] += squares[i];
    }
    return new ModulatedWeight(
        weights,
        stored.name,
        in,
        out,
        Arrays.stream(sums).mapToObj(sum -> sum == 0 ? 1 : Math.sqrt(sum)).toList());
  }

  /**
   * Reads the weights again on each call, because those of all layers take hundreds of megabytes.
   */
  float[] values() {
    float[] values = weights.equalised(name, 1);
    int row = values.length / out;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] / divisors.get(i / row));
    }
    return values;
  }

  /** Half of Σ W² over the kernel, {@code [O,I]}. */
  float[] halfSquares() {
    double[] squares = Kernels.squares(values(), out, in);
    float[] halves = new float[squares.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (float) (squares[i] / 2);
    }
    return halves;
  }

  /** ε / 2 for each row. */
  float[] halfEpsilons() {
    float[] halves = new float[out];
    for (int o = 0; o < out; o++) {
      halves[o] = (float) Math.min(EPSILON / 2 / Math.pow(divisors.get(o), 2), LARGEST);
    }
    return halves;
  }
}
