package io.gpenstreams.gpen;

/** Computations on square convolution kernels, which lie one after the other in an array. */
final class Kernels {
  private Kernels() {}

  /**
   * Merges two convolutions: the full convolution of each kernel with another kernel.
   *
   * @param kernels any number of them
   * @param side length of a side of each of them
   * @param other the kernel that each is convolved with
   * @param otherSide its side
   * @return kernels with a side of {@code side + otherSide − 1}
   */
  static float[] composed(float[] kernels, int side, float[] other, int otherSide) {
    int composedSide = side + otherSide - 1;
    int count = kernels.length / (side * side);
    double[] sums = new double[count * composedSide * composedSide];
    for (int i = 0; i < kernels.length; i++) {
      int kernel = i / (side * side);
      int row = i / side % side;
      int column = i % side;
      for (int j = 0; j < other.length; j++) {
        int at =
            (kernel * composedSide + row + j / otherSide) * composedSide + column + j % otherSide;
        sums[at] += (double) kernels[i] * other[j];
      }
    }
    return floats(sums);
  }

  /** From {@code [O,I,k,k]} to {@code [I,O,k,k]}, the layout for transposed convolutions. */
  static float[] transposed(float[] weight, int out, int in) {
    int taps = weight.length / (out * in);
    float[] transposed = new float[weight.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        System.arraycopy(weight, (o * in + i) * taps, transposed, (i * out + o) * taps, taps);
      }
    }
    return transposed;
  }

  /** The weights that convolve each channel by itself, {@code [C,C,k,k]}. */
  static float[] diagonal(int channels, float... kernel) {
    float[] weight = new float[channels * channels * kernel.length];
    for (int i = 0; i < channels; i++) {
      System.arraycopy(kernel, 0, weight, (i * channels + i) * kernel.length, kernel.length);
    }
    return weight;
  }

  /** Σ over the kernel of W², {@code [O,I]}. */
  static double[] squares(float[] weight, int out, int in) {
    int taps = weight.length / (out * in);
    double[] squares = new double[out * in];
    for (int i = 0; i < weight.length; i++) {
      squares[i / taps] += (double) weight[i] * weight[i];
    }
    return squares;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
