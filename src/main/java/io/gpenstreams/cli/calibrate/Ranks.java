package io.gpenstreams.cli.calibrate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Rank correlation, which does not depend on the scale of what it compares. */
final class Ranks {
  private Ranks() {}

  /**
   * Spearman's rank correlation; equal values share the mean of their ranks.
   *
   * @return −1…1, or NaN where one of both never varies
   */
  static double spearman(double[] a, double[] b) {
    return correlation(ranks(a), ranks(b));
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    int first = 0;
    while (first < order.length) {
      int last = first;
      while (last + 1 < order.length && values[order[last + 1]] == values[order[first]]) {
        last++;
      }
      for (int i = first; i <= last; i++) {
        ranks[order[i]] = (first + last) / 2.0 + 1;
      }
      first = last + 1;
    }
    return ranks;
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElse(0);
    double meanB = Arrays.stream(b).average().orElse(0);
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int i = 0; i < a.length; i++) {
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
      ab += (a[i] - meanA) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
