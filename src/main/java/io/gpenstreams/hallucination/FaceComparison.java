package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Similarity;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Compares the input of a model with its output: which part of the output's structure the input
 * supports. Crops of any size are measured at {@link BandPyramid#SIDE} pixels. Owns the tables for
 * one crop size, never written after construction; safe for any number of threads.
 */
public final class FaceComparison implements AutoCloseable {
  /**
   * The version of these measures. Another one means that the same pictures may give other numbers.
   */
  public static final String METHOD = "support-2";

  private final int size;
  private final EffectiveResolution resolution;

  /**
   * A comparison for one model.
   *
   * @param size side of the crops in pixels, a power of two
   */
  public FaceComparison(int size) {
    this.size = size;
    this.resolution = new EffectiveResolution(size);
  }

  /**
   * One face's measures and its map.
   *
   * @param map 32-bit, three channels, 0…1: what was invented, recoloured and lost at each place;
   *     owned by this record
   */
  public record Comparison(FaceMeasures measures, Mat map) implements AutoCloseable {
    @Override
    public void close() {
      map.close();
    }
  }

  /**
   * Compares two crops.
   *
   * @param before 8-bit RGB, the input
   * @param after 8-bit RGB, the output
   * @param landmarks in the crop's pixels
   * @param sourcePixels pixels of the photo across the crop; no more than these can have carried
   *     detail
   */
  public Comparison compare(Mat before, Mat after, Landmarks landmarks, double sourcePixels) {
    return compare(before, after, landmarks, sourcePixels, FaceComparison::withMap);
  }

  /** As {@link #compare(Mat, Mat, Landmarks, double)}, without the map. */
  public FaceMeasures measure(Mat before, Mat after, Landmarks landmarks, double sourcePixels) {
    return compare(
        before, after, landmarks, sourcePixels, (measures, bands, sums, colour) -> measures);
  }

  /** Makes the result of all that was found. */
  @FunctionalInterface
  private interface Result<T> {
    T of(FaceMeasures measures, BandSupport[] bands, RegionSums sums, ColourChange colour);
  }

  private static Comparison withMap(
      FaceMeasures measures, BandSupport[] bands, RegionSums sums, ColourChange colour) {
    return new Comparison(measures, FaceMap.of(bands, sums, colour));
  }

  private <T> T compare(
      Mat before, Mat after, Landmarks landmarks, double sourcePixels, Result<T> result) {
    FaceRegions face =
        new FaceRegions(
            landmarks.through(Similarity.scale(BandPyramid.SIDE / (double) size)),
            BandPyramid.SIDE);
    try (Mat rgbBefore = measured(before);
        Mat rgbAfter = measured(after);
        Mat x = luminance(rgbBefore);
        Mat y = luminance(rgbAfter);
        BandPyramid bandsBefore = BandPyramid.of(x);
        BandPyramid bandsAfter = aligned(bandsBefore, y, rgbAfter, face)) {
      BandSupport[] bands = new BandSupport[BandPyramid.BANDS];
      for (int band = 0; band < bands.length; band++) {
        bands[band] = BandSupport.of(bandsBefore, bandsAfter, band);
      }
      RegionSums sums = new RegionSums(bands, face);
      ColourChange colour = ColourChange.of(rgbBefore, rgbAfter, face);
      FaceMeasures measures =
          FaceMeasures.of(sums, colour, face, resolution.of(x, y, sourcePixels), size);
      return result.of(measures, bands, sums, colour);
    }
  }

  private static Mat measured(Mat rgb) {
    Mat measured = new Mat();
    try (Size side = new Size(BandPyramid.SIDE, BandPyramid.SIDE)) {
      int method = rgb.cols() < BandPyramid.SIDE ? INTER_LINEAR : INTER_AREA;
      resize(rgb, measured, side, 0, 0, method);
    }
    return measured;
  }

  private static Mat luminance(Mat rgb) {
    Mat luminance = new Mat();
    try (Mat grey = new Mat()) {
      cvtColor(rgb, grey, COLOR_RGB2GRAY);
      grey.convertTo(luminance, CV_32F);
    }
    return luminance;
  }

  // The output's bands, moved by a few pixels if it then resembles the input more; its luminance
  // and colours are moved with it.
  private static BandPyramid aligned(BandPyramid before, Mat y, Mat rgbAfter, FaceRegions face) {
    BandPyramid after = BandPyramid.of(y);
    GlobalShift estimate = GlobalShift.between(before, after, face);
    if (!estimate.worthRefining()) {
      return after;
    }
    GlobalShift shift = refined(estimate, before, y, face);
    if (!shift.canBeUndone()) {
      return after;
    }
    try (Mat moved = shift.undo(y)) {
      BandPyramid movedBands = BandPyramid.of(moved);
      if (GlobalShift.likeness(before, movedBands, face)
          <= GlobalShift.likeness(before, after, face)) {
        movedBands.close();
        return after;
      }
      after.close();
      y.put(moved);
      try (Mat movedColours = shift.undo(rgbAfter)) {
        rgbAfter.put(movedColours);
      }
      return movedBands;
    }
  }

  private static GlobalShift refined(
      GlobalShift estimate, BandPyramid before, Mat y, FaceRegions face) {
    try (Mat roughly = estimate.undo(y);
        BandPyramid roughBands = BandPyramid.of(roughly)) {
      return estimate.plus(GlobalShift.between(before, roughBands, face));
    }
  }

  /**
   * Pixels across a crop that carry detail, at least 2 unless the photo has fewer.
   *
   * @param crop 8-bit RGB
   * @param sourcePixels pixels of the photo across the crop
   */
  public double effectiveResolution(Mat crop, double sourcePixels) {
    try (Mat luminance = luminance(crop)) {
      return Math.max(2, resolution.of(luminance, sourcePixels));
    }
  }

  @Override
  public void close() {
    resolution.close();
  }
}
