package io.gpenstreams.gpen;

import io.gpenstreams.gpen.Operators.Window;
import java.util.Map;
import java.util.function.Supplier;

/**
 * 3×3 convolutions with a quarter of the multiplications: F(4×4, 3×3) of Lavin and Gray, "Fast
 * Algorithms for Convolutional Neural Networks" (2016). Bᵀ·d·B turns 6×6 pixels of a channel into
 * 36 numbers. Each is multiplied with the transformed weights G·g·Gᵀ in a matrix product over the
 * channels. Aᵀ·m·A turns the results into 4×4 pixels. The transforms of pixels are depthwise
 * convolutions. The file holds the weights untransformed: ONNX Runtime transforms them when it
 * loads the model.
 */
final class Winograd {
  private static final int TILE = 4;
  private static final int KERNEL = 3;
  private static final int TAPS = KERNEL * KERNEL;
  private static final int PATCH = TILE + KERNEL - 1;
  private static final int NUMBERS = PATCH * PATCH;

  // Measured, see docs/benchmarks.md: with fewer channels or at higher resolutions the transforms
  // cost more than they spare, and at lower ones there are too few tiles.
  private static final int LEAST_IN = 128;
  private static final int LEAST_OUT = 64;
  private static final int SMALLEST = 32;
  private static final int LARGEST = 512;

  /**
   * The points where the polynomials are evaluated, besides infinity. With these the relative error
   * of a layer of 512 channels in float32 is 1.1e-6, with 0, ±1 and ±2 it would be 2.4e-6.
   */
  private static final double[] POINTS = {0, 0.625, -0.625, 1.5, -1.5};

  private final Operators operators;

  Winograd(Operators operators) {
    this.operators = operators;
  }

  static boolean pays(int in, int out, int size) {
    return in >= LEAST_IN && out >= LEAST_OUT && size >= SMALLEST && size <= LARGEST;
  }

  /**
   * Writes a convolution with padding 1.
   *
   * @param value {@code [N,I,rows,S]}, with one more row above and below where the image has one
   * @param weight {@code [O,I,3,3]}
   * @param rows of the result, a multiple of 4
   */
  String convolve(
      String layer, String value, Supplier<float[]> weight, int in, int out, Rows rows) {
    int down = rows.count() / TILE;
    int across = rows.size() / TILE;
    String patches =
        operators.convolve(
            rows.name(layer + ".patches"),
            value,
            new Window(TILE, rows.missingAbove(1), rows.missingBelow(1), 1, in),
            operators.weight(
                layer + ".patches.transform",
                () -> repeated(inputTransform(), in),
                (long) NUMBERS * in,
                1,
                PATCH,
                PATCH));
    String products =
        operators.node(
            "MatMul",
            rows.name(layer + ".products"),
            transformed(layer, weight, in, out),
            swapped(
                rows.name(layer + ".patches.by_number"),
                reshaped(
                    rows.name(layer + ".patches.by_channel"),
                    patches,
                    in,
                    NUMBERS,
                    (long) down * across)));
    return operators.enlarge(
        rows.name(layer + ".convolved"),
        reshaped(
            rows.name(layer + ".products.tiles"),
            swapped(rows.name(layer + ".products.by_channel"), products),
            (long) NUMBERS * out,
            down,
            across),
        new Window(TILE, 0, 0, 0, out),
        operators.weight(
            layer + ".products.transform",
            () -> repeated(square(powers(TILE)), out),
            (long) NUMBERS * out,
            1,
            TILE,
            TILE));
  }

  /** G·g·Gᵀ, {@code [36,O,I]}. */
  private String transformed(String layer, Supplier<float[]> weight, int in, int out) {
    String name = layer + ".conv.weight";
    return operators.once(
        name + ".transformed",
        output ->
            operators.node(
                "Reshape",
                output,
                operators.node(
                    "MatMul",
                    name + ".product",
                    operators.weight(
                        "winograd.weights.transform",
                        () -> square(weightsTransform()),
                        NUMBERS,
                        TAPS),
                    operators.weight(
                        name, () -> byTap(weight.get(), in * out), TAPS, (long) in * out)),
                operators.integers(name + ".shape", NUMBERS, out, in)));
  }

  private String reshaped(String output, String value, long... shape) {
    long[] batch = new long[1 + shape.length];
    System.arraycopy(shape, 0, batch, 1, shape.length);
    return operators.node("Reshape", output, value, operators.integers(output + ".shape", batch));
  }

  private String swapped(String output, String value) {
    return operators.node("Transpose", output, Map.of("perm", new long[] {0, 2, 1, 3}), value);
  }

  private static float[] byTap(float[] weight, int kernels) {
    float[] taps = new float[weight.length];
    for (int kernel = 0; kernel < kernels; kernel++) {
      for (int tap = 0; tap < TAPS; tap++) {
        taps[tap * kernels + kernel] = weight[kernel * TAPS + tap];
      }
    }
    return taps;
  }

  private static float[] repeated(float[] values, int times) {
    float[] all = new float[values.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(values, 0, all, i * values.length, values.length);
    }
    return all;
  }

  /** Bᵀ⊗Bᵀ, every row of Bᵀ divided by its scale. */
  private static float[] inputTransform() {
    double[][] b = interpolation();
    for (double[] row : b) {
      double scale = scale(row);
      for (int i = 0; i < row.length; i++) {
        row[i] /= scale;
      }
    }
    return square(b);
  }

  /** G, times what {@link #inputTransform} divides by. */
  private static double[][] weightsTransform() {
    double[][] b = interpolation();
    double[][] g = powers(KERNEL);
    for (int i = 0; i < PATCH; i++) {
      double scale = scale(b[i]);
      for (int j = 0; j < KERNEL; j++) {
        g[i][j] *= scale;
      }
    }
    return g;
  }

  // The power of two next to the norm, since powers of two cost no accuracy.
  private static double scale(double[] row) {
    double squares = 0;
    for (double value : row) {
      squares += value * value;
    }
    return Math.scalb(1.0, (int) Math.round(Math.log(squares) / (2 * Math.log(2))));
  }

  /** Powers of the points; infinity has the highest only. */
  private static double[][] powers(int terms) {
    double[][] powers = new double[PATCH][terms];
    for (int point = 0; point < POINTS.length; point++) {
      for (int i = 0; i < terms; i++) {
        powers[point][i] = Math.pow(POINTS[point], i);
      }
    }
    powers[PATCH - 1][terms - 1] = 1;
    return powers;
  }

  /**
   * The transposed inverse of all powers: row p holds the coefficients of the Lagrange polynomial
   * that is 1 at point p and 0 at the others, and infinity's those of the product of all.
   */
  private static double[][] interpolation() {
    double[][] rows = new double[PATCH][];
    for (int p = 0; p < POINTS.length; p++) {
      double[] polynomial = {1};
      double value = 1;
      for (int q = 0; q < POINTS.length; q++) {
        if (q != p) {
          polynomial = timesRoot(polynomial, POINTS[q]);
          value *= POINTS[p] - POINTS[q];
        }
      }
      rows[p] = new double[PATCH];
      for (int i = 0; i < polynomial.length; i++) {
        rows[p][i] = polynomial[i] / value;
      }
    }
    double[] all = {1};
    for (double point : POINTS) {
      all = timesRoot(all, point);
    }
    rows[PATCH - 1] = all;
    return rows;
  }

  /** A polynomial, lowest power first, times (x − root). */
  private static double[] timesRoot(double[] polynomial, double root) {
    double[] product = new double[polynomial.length + 1];
    for (int i = 0; i < polynomial.length; i++) {
      product[i + 1] += polynomial[i];
      product[i] -= root * polynomial[i];
    }
    return product;
  }

  /** The Kronecker product of a matrix with itself, since images have two dimensions. */
  private static float[] square(double[][] matrix) {
    int columns = matrix[0].length;
    float[] square = new float[matrix.length * matrix.length * columns * columns];
    int at = 0;
    for (double[] vertical : matrix) {
      for (double[] horizontal : matrix) {
        for (double v : vertical) {
          for (double h : horizontal) {
            square[at++] = (float) (v * h);
          }
        }
      }
    }
    return square;
  }
}
