package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.gpenstreams.face.Similarity;
import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * By how much a whole output lies beside its input. Estimated on one band by Lucas and Kanade's
 * method: the shift whose product with the input's gradient gives the least squared difference.
 *
 * @param x pixels of the crop that the output lies to the right of the input
 * @param y pixels that it lies below
 */
record GlobalShift(double x, double y) {
  private static final int BAND = 2;
  // Pixels of the crop for each of the band.
  private static final int STEP = BandPyramid.SIDE / BandPyramid.side(BAND);
  // Three pixels, and what the refined estimate may be off by.
  private static final double LONGEST = 3.25;
  // The first estimate is up to a third too long.
  private static final double LONGEST_ESTIMATE = 1.4 * LONGEST;
  private static final double SHORTEST = 0.2;

  /** The shift between two pictures, over the face. */
  static GlobalShift between(BandPyramid before, BandPyramid after, FaceRegions face) {
    int side = BandPyramid.side(BAND);
    float[] x = values(before.band(BAND));
    float[] y = values(after.band(BAND));
    byte[] grid = face.on(side);
    double gxx = 0;
    double gxy = 0;
    double gyy = 0;
    double gxt = 0;
    double gyt = 0;
    for (int row = 1; row < side - 1; row++) {
      for (int i = row * side + 1; i < (row + 1) * side - 1; i++) {
        if (grid[i] != FaceRegions.OUTSIDE) {
          // The mean of both pictures' gradients makes the estimate hold for longer shifts.
          double gx = (x[i + 1] - x[i - 1] + y[i + 1] - y[i - 1]) / 4;
          double gy = (x[i + side] - x[i - side] + y[i + side] - y[i - side]) / 4;
          double t = x[i] - y[i];
          gxx += gx * gx;
          gxy += gx * gy;
          gyy += gy * gy;
          gxt += gx * t;
          gyt += gy * t;
        }
      }
    }
    double determinant = gxx * gyy - gxy * gxy;
    if (!(determinant > 1e-6 * (gxx + gyy) * (gxx + gyy))) {
      return new GlobalShift(0, 0);
    }
    return new GlobalShift(
        STEP * (gyy * gxt - gxy * gyt) / determinant, STEP * (gxx * gyt - gxy * gxt) / determinant);
  }

  private static float[] values(Mat band) {
    float[] values = new float[band.rows() * band.cols()];
    FloatBuffer buffer = band.createBuffer();
    buffer.get(values);
    return values;
  }

  /** This and then another one. */
  GlobalShift plus(GlobalShift more) {
    return new GlobalShift(x + more.x, y + more.y);
  }

  /** Whether a first estimate may be that of a shift that can be undone, and matters. */
  boolean worthRefining() {
    double length = Math.hypot(x, y);
    return length >= SHORTEST && length <= LONGEST_ESTIMATE;
  }

  /** Whether it is short enough to be no change of the face. */
  boolean canBeUndone() {
    return Math.hypot(x, y) <= LONGEST;
  }

  /**
   * The output where the input is.
   *
   * @param output luminance or colours, any depth
   * @return likewise; the caller closes it
   */
  Mat undo(Mat output) {
    Mat moved = new Mat();
    try (Mat matrix = Similarity.shift(-x, -y).matrix();
        Size size = output.size();
        Scalar none = new Scalar()) {
      warpAffine(output, moved, matrix, size, INTER_CUBIC, BORDER_REFLECT_101, none);
    }
    return moved;
  }

  /** How alike two pictures are at their finest, over the face: their correlation. */
  static double likeness(BandPyramid before, BandPyramid after, FaceRegions face) {
    float[] x = values(before.band(BAND));
    float[] y = values(after.band(BAND));
    byte[] grid = face.on(BandPyramid.side(BAND));
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < grid.length; i++) {
      if (grid[i] != FaceRegions.OUTSIDE) {
        xx += (double) x[i] * x[i];
        yy += (double) y[i] * y[i];
        xy += (double) x[i] * y[i];
      }
    }
    return xx * yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
  }
}
