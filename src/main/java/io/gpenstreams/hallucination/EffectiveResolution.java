package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.Arrays;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * How many pixels across a crop really carry detail; two pixels make a cycle. Owns the tables of
 * its spectra, never written after construction; safe for any number of threads.
 */
final class EffectiveResolution implements AutoCloseable {
  // Power over the noise floor from which a ring counts as carrying detail.
  private static final double ABOVE_NOISE = 4;
  // Share of the power that a natural picture has at a frequency, by what it has at low ones: a
  // tenth of the amplitude. A picture enlarged k times measures 1.1 to 1.5 times its own pixels.
  private static final double OF_NATURAL = 0.01;
  private static final int NATURAL_FROM = 2;
  private static final int NATURAL_TO = 17;
  // Squared coherence of input and output from which a ring of the one carries the other's.
  private static final double COHERENT = 0.5;
  // Spectra of larger crops are taken at this size: it holds all that a face enlarged twice or more
  // can hold, a quarter of the work of 2048, and makes models of different sizes comparable.
  private static final int LARGEST_SPECTRUM = 1024;
  private static final double LEAST = 2;

  private final RadialSpectra single;
  private final RadialSpectra pairs;

  /**
   * For the crops of one model.
   *
   * @param size side of the crops in pixels, a power of two
   */
  EffectiveResolution(int size) {
    this.single = new RadialSpectra(Math.min(size, LARGEST_SPECTRUM));
    this.pairs = new RadialSpectra(BandPyramid.SIDE);
  }

  /**
   * Of an input alone.
   *
   * @param luminance 32-bit, of the model's size
   * @param sourcePixels pixels of the photo across the crop, the most there can be
   */
  double of(Mat luminance, double sourcePixels) {
    try (Mat reduced = new Mat();
        Size size = new Size(single.size(), single.size())) {
      resize(luminance, reduced, size, 0, 0, INTER_AREA);
      return Math.min(sourcePixels, spectral(single.measure(reduced, reduced)));
    }
  }

  /**
   * Of an input, as far as an output bears it out: noise of the input is detail that a restorer
   * does not follow.
   *
   * @param before 32-bit luminance, of {@link BandPyramid#SIDE}
   * @param after likewise
   * @param sourcePixels pixels of the photo across the crop, the most there can be
   * @return at least 2
   */
  double of(Mat before, Mat after, double sourcePixels) {
    RadialSpectra.Powers powers = pairs.measure(before, after);
    double most = Math.min(sourcePixels, spectral(powers));
    return Math.max(LEAST, Math.min(most, coherent(powers)));
  }

  // The last ring that stands out of the noise floor, which the highest quarter of rings shows, and
  // that holds what a picture of its contrast would hold there: photographs have power of 1/f², of
  // which interpolation leaves faint images where the picture itself has ended.
  private static double spectral(RadialSpectra.Powers powers) {
    int rings = powers.before.length;
    double[] mean = new double[rings];
    double[] levelled = new double[rings];
    for (int f = 0; f < rings; f++) {
      mean[f] = powers.counts[f] == 0 ? 0 : powers.before[f] / powers.counts[f];
      levelled[f] = mean[f] * f * f;
    }
    double floor = ABOVE_NOISE * median(mean, rings * 3 / 4, rings);
    double least = OF_NATURAL * median(levelled, NATURAL_FROM, Math.min(NATURAL_TO, rings));
    int last = rings - 1;
    while (last > 1 && (mean[last] <= floor || levelled[last] <= least)) {
      last--;
    }
    return Math.max(LEAST, 2.0 * last);
  }

  private static double median(double[] values, int from, int to) {
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  // The cross term of two spectra is half of both less that of their difference.
  private static double coherent(RadialSpectra.Powers powers) {
    int last = powers.before.length - 1;
    while (last > 0) {
      double cross = (powers.before[last] + powers.after[last] - powers.difference[last]) / 2;
      double both = powers.before[last] * powers.after[last];
      if (both > 0 && cross > 0 && cross * cross >= COHERENT * both) {
        break;
      }
      last--;
    }
    return 2.0 * (last + 1);
  }

  @Override
  public void close() {
    single.close();
    pairs.close();
  }
}
