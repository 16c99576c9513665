package io.gpenstreams.gpen;

import java.util.Arrays;
import java.util.List;

/**
 * The equalised weights W {@code [O,I,3,3]} of a modulated convolution with demodulation. Since
 * that divides by the norm of W[o]·s, the rows W[o] may be divided by any number if ε is divided by
 * its square: in float16 they have norm 1, so that neither a row of nearly zero weights is lost nor
 * the factor that makes good for it is infinite.
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

  /** As the formula has it. */
  static ModulatedWeight asStored(Weights weights, String layer, int in, int out) {
    Double[] ones = new Double[out];
    Arrays.fill(ones, 1.0);
    return new ModulatedWeight(weights, layer + ".conv.weight", in, out, List.of(ones));
  }

  /** With rows of norm 1; a row of zeros stays one. */
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

  /** Read anew for each call, since those of all layers are hundreds of megabytes. */
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
