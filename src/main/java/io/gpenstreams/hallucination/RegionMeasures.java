package io.gpenstreams.hallucination;

import java.util.function.IntToDoubleFunction;

/**
 * The measures of one region of a face, or of the whole face; all 0…1.
 *
 * @param score share of the visible structure that the input does not support; every visible band
 *     counts the same
 * @param synthesizedDetail the same by amplitude: share of the detail
 * @param inconsistency share of the coarse shading that the input does not support
 * @param unsupported share of the structure of all bands that the input does not support
 * @param identityRisk the same for the bands that people are recognised by
 * @param colourChange how far the colour departs from the input's, in the tenth that departs most
 * @param lostDetail share of the input's detail that the output lacks
 */
public record RegionMeasures(
    double score,
    double synthesizedDetail,
    double inconsistency,
    double unsupported,
    double identityRisk,
    double colourChange,
    double lostDetail) {

  private static final int SHADING = BandPyramid.BANDS - 1;
  // About 28 and 14 cycles across the crop, 13 and 6 across the face.
  private static final int IDENTITY_FROM = 2;

  static RegionMeasures of(RegionSums sums, int region, double colourChange) {
    return new RegionMeasures(
        score(sums, region),
        byAmplitude(sums, region, 0, SHADING - 1),
        sums.unsupported(SHADING, region),
        byAmplitude(sums, region, 0, SHADING),
        byAmplitude(sums, region, IDENTITY_FROM, SHADING - 1),
        colourChange,
        lostDetail(sums, region));
  }

  private static double score(RegionSums sums, int region) {
    return mean(
        0,
        SHADING - 1,
        band -> RegionSums.seen(sums.amplitude(band, region)),
        band -> sums.unsupported(band, region));
  }

  private static double byAmplitude(RegionSums sums, int region, int from, int to) {
    return mean(
        from, to, band -> sums.amplitude(band, region), band -> sums.unsupported(band, region));
  }

  private static double lostDetail(RegionSums sums, int region) {
    return mean(
        0,
        SHADING - 1,
        band -> RegionSums.seen(sums.amplitudeBefore(band, region)),
        band -> sums.lost(band, region));
  }

  /** Weighted mean over bands; 0 if nothing has a weight. */
  private static double mean(
      int from, int to, IntToDoubleFunction weights, IntToDoubleFunction shares) {
    double part = 0;
    double all = 0;
    for (int band = from; band <= to; band++) {
      double weight = weights.applyAsDouble(band);
      part += weight * shares.applyAsDouble(band);
      all += weight;
    }
    return all > 0 ? part / all : 0;
  }
}
