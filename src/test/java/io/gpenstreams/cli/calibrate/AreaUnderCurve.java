package io.gpenstreams.cli.calibrate;

/** The area under the receiver operating characteristic. */
public final class AreaUnderCurve {
  private AreaUnderCurve() {}

  /**
   * The chance that one of {@code positive} is larger than one of {@code negative}, 0…1. Equal
   * values count half.
   */
  public static double of(double[] positive, double[] negative) {
    double larger = 0;
    for (double p : positive) {
      for (double n : negative) {
        larger += p > n ? 1 : p == n ? 0.5 : 0;
      }
    }
    return larger / ((double) positive.length * negative.length);
  }
}
