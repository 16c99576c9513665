package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.divide;
import static org.bytedeco.opencv.global.opencv_core.max;
import static org.bytedeco.opencv.global.opencv_core.subtract;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Landmarks.Point;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Compares what went into a model with what came out (design §9). Owns the tables for one crop
 * size, never written after construction; safe for any number of threads.
 */
public final class FaceComparison implements AutoCloseable {
  // Power over the noise floor from which a ring counts as carrying detail.
  private static final double ABOVE_NOISE = 4;
  // Share of the power that a natural picture has at a frequency, by what it has at low ones: a
  // tenth of the amplitude. A picture enlarged k times measures 1.1 to 1.5 times its own pixels.
  private static final double OF_NATURAL = 0.01;
  private static final int NATURAL_FROM = 2;
  private static final int NATURAL_TO = 17;
  // Grey levels squared per pixel squared: keeps rounding noise from counting as detail in flat
  // places.
  private static final double ROUNDING_ENERGY = 1;

  // Spectra of larger crops are taken at this size: it holds all that a face enlarged twice or more
  // can hold, a
  // quarter of the work of 2048, and makes models of different sizes comparable.
  private static final int LARGEST_SPECTRUM = 1024;

  private final int size;
  private final int spectrumSize;
  private final RadialSpectra spectra;
  private final LocalDetail detail;

  /**
   * A comparison for one model.
   *
   * @param size side of the crops in pixels, a power of two
   */
  public FaceComparison(int size) {
    this.size = size;
    this.spectrumSize = Math.min(size, LARGEST_SPECTRUM);
    this.spectra = new RadialSpectra(spectrumSize);
    this.detail = new LocalDetail(size);
  }

  /**
   * One face's measures and its local detail for the map.
   *
   * @param invented share of local detail that is new times its visibility, 0…1, 32-bit; owned by
   *     this record
   */
  public record Comparison(FaceMeasures measures, Mat invented) implements AutoCloseable {
    @Override
    public void close() {
      invented.close();
    }
  }

  /**
   * Compares two crops.
   *
   * @param before 8-bit RGB, what went in
   * @param after 8-bit RGB, what came out
   * @param landmarks in the crop's pixels
   * @param sourcePixels pixels of the photo across the crop; no more than these can have carried
   *     detail
   */
  public Comparison compare(Mat before, Mat after, Landmarks landmarks, double sourcePixels) {
    try (Mat x = luminance(before);
        Mat y = luminance(after)) {
      RadialSpectra.Powers powers = spectra.measure(x, y);
      double resolution = effectiveResolution(powers, sourcePixels);
      try (Mat beforeEnergy = detail.energy(x);
          Mat afterEnergy = detail.energy(y)) {
        Map<String, Double> regions = regions(beforeEnergy, afterEnergy, landmarks);
        FaceMeasures measures =
            new FaceMeasures(
                synthesizedDetail(powers),
                inconsistency(powers, resolution),
                resolution,
                size / resolution,
                regions);
        return new Comparison(measures, invented(beforeEnergy, afterEnergy));
      }
    }
  }

  private Mat luminance(Mat rgb) {
    Mat luminance = new Mat();
    try (Mat grey = new Mat();
        Mat small = new Mat();
        Size target = new Size(spectrumSize, spectrumSize)) {
      cvtColor(rgb, grey, COLOR_RGB2GRAY);
      resize(grey, small, target, 0, 0, INTER_AREA);
      small.convertTo(luminance, CV_32F);
    }
    return luminance;
  }

  // Design §9: Σ f·max(0, P_y − P_x) / Σ f·P_y.
  private static double synthesizedDetail(RadialSpectra.Powers powers) {
    double added = 0;
    double all = 0;
    for (int f = 1; f < powers.after.length; f++) {
      added += f * Math.max(0, powers.after[f] - powers.before[f]);
      all += f * powers.after[f];
    }
    return all > 0 ? added / all : 0;
  }

  // Where the input had detail, the output's deviation from it over the energy of both: 0 the same,
  // 1 unrelated.
  private static double inconsistency(RadialSpectra.Powers powers, double resolution) {
    int last = Math.min(powers.after.length - 1, Math.max(1, (int) (resolution / 2)));
    double deviation = 0;
    double both = 0;
    for (int f = 1; f <= last; f++) {
      deviation += powers.difference[f];
      both += powers.before[f] + powers.after[f];
    }
    return both > 0 ? Math.min(1, deviation / both) : 0;
  }

  // The last ring that stands out of the noise floor, which the highest quarter of rings shows, and
  // that holds what a picture of its contrast would hold there: photographs have power of 1/f², of
  // which interpolation leaves faint images where the picture itself has ended. Two pixels make a
  // cycle.
  private static double effectiveResolution(RadialSpectra.Powers powers, double sourcePixels) {
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
    return Math.max(2, Math.min(2.0 * last, sourcePixels));
  }

  private static double median(double[] values, int from, int to) {
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private Map<String, Double> regions(Mat beforeEnergy, Mat afterEnergy, Landmarks landmarks) {
    Map<String, Ellipse> byName = Ellipse.ofFace(landmarks, detail.grid() / (double) size);
    Ellipse[] regions = byName.values().toArray(Ellipse[]::new);
    Ellipse face = byName.get(Ellipse.SKIN);
    FloatBuffer before = beforeEnergy.createBuffer();
    FloatBuffer after = afterEnergy.createBuffer();
    float[] beforeRow = new float[detail.grid()];
    float[] afterRow = new float[detail.grid()];
    double[] added = new double[regions.length];
    double[] all = new double[regions.length];
    for (int y = 0; y < detail.grid(); y++) {
      before.get(beforeRow);
      after.get(afterRow);
      if (Math.abs(y - face.y()) > face.radiusY()) {
        continue;
      }
      int left = (int) Math.max(0, Math.ceil(face.x() - face.radiusX()));
      int right = (int) Math.min(detail.grid() - 1.0, face.x() + face.radiusX());
      for (int x = left; x <= right; x++) {
        if (face.contains(x, y)) {
          int region = Ellipse.firstAt(regions, x, y);
          added[region] += Math.max(0, afterRow[x] - beforeRow[x]);
          all[region] += afterRow[x] + ROUNDING_ENERGY;
        }
      }
    }
    Map<String, Double> result = new LinkedHashMap<>();
    for (String name : byName.keySet()) {
      int region = result.size();
      result.put(name, all[region] > 0 ? added[region] / all[region] : 0);
    }
    return result;
  }

  /**
   * Pixels across a crop that carry detail, at least 2.
   *
   * @param crop 8-bit RGB
   * @param sourcePixels pixels of the photo across the crop
   */
  public double effectiveResolution(Mat crop, double sourcePixels) {
    try (Mat luminance = luminance(crop)) {
      return effectiveResolution(spectra.measure(luminance, luminance), sourcePixels);
    }
  }

  private static Mat invented(Mat beforeEnergy, Mat afterEnergy) {
    Mat invented = new Mat();
    try (Scalar zero = new Scalar();
        Scalar energy = Scalar.all(ROUNDING_ENERGY);
        Mat none = new Mat(1, 1, CV_64F, zero);
        Mat rounding = new Mat(1, 1, CV_64F, energy);
        Mat all = new Mat()) {
      subtract(afterEnergy, beforeEnergy, invented);
      max(invented, none, invented);
      add(afterEnergy, rounding, all);
      divide(invented, all, invented);
    }
    return invented;
  }

  /** The point in the middle of two. */
  static Point middle(Point a, Point b) {
    return new Point((a.x() + b.x()) / 2, (a.y() + b.y()) / 2);
  }

  @Override
  public void close() {
    spectra.close();
  }
}
