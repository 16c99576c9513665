package io.gpenstreams.gpen;

/**
 * Decides when a convolution and a blur become one convolution of 6×6. That takes four times the
 * multiplications, but saves writing and reading an image in between.
 */
final class Passes {
  // By the roofline of an H100: from here up the memory takes longer than the multiplications.
  private static final int SMALLEST = 512;

  private Passes() {}

  /** Whether one pass pays for the larger of the two resolutions. */
  static boolean pays(int size) {
    return size >= SMALLEST;
  }
}
