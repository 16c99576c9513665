package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.multiply;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * How far the structure of the output is the input's, in one band and place by place. All arrays
 * are {@link #side} × {@link #side}, row by row, and not shared.
 */
final class BandSupport {
  // Standard deviations of the windows, in cells of two pixels of the band: 5, 6, 8, 16 and 32
  // pixels of the crop.
  private static final double[] WINDOWS = {2.5, 3, 2, 2, 2};
  // The squared correlation that unrelated structure has in such a window.
  private static final float[] CHANCE = {.0019f, .0047f, .0099f, .0114f, .0149f};
  // Below this, in grey levels squared, a float's rounding is all that is left.
  private static final float NOTHING = 1e-6f;
  // Support so near to 1 is rounding of the moments.
  private static final float WHOLE = 1 - 1e-4f;

  private final int side;
  private final float[] before;
  private final float[] after;
  private final float[] support;

  private BandSupport(int side, float[] before, float[] after, float[] support) {
    this.side = side;
    this.before = before;
    this.after = after;
    this.support = support;
  }

  /** Compares a band of two pictures. */
  static BandSupport of(BandPyramid before, BandPyramid after, int band) {
    Mat x = before.band(band);
    Mat y = after.band(band);
    float[] xx = moment(x, x, band);
    float[] yy = moment(y, y, band);
    float[] support = moment(x, y, band);
    float chance = CHANCE[band];
    for (int i = 0; i < support.length; i++) {
      support[i] = support(xx[i], yy[i], support[i], chance);
    }
    return new BandSupport(side(band), xx, yy, support);
  }

  private static float support(float xx, float yy, float xy, float chance) {
    if (yy < NOTHING) {
      return 1;
    }
    if (xy <= 0 || xx < NOTHING) {
      return 0;
    }
    float squared = Math.min(1, xy * xy / (xx * yy));
    float correlated = (squared - chance) / (1 - chance);
    // An output that is the input less something, which noise removal gives, invents nothing.
    float contained = Math.min(1, xy / yy) * Math.max(0, 1 - 3 * chance / squared);
    float support = Math.max(0, Math.max(correlated, contained));
    return support > WHOLE ? 1 : support;
  }

  private static float[] moment(Mat a, Mat b, int band) {
    int side = side(band);
    float[] values = new float[side * side];
    try (Mat product = new Mat();
        Mat reduced = new Mat();
        Mat averaged = new Mat();
        Size half = new Size(side, side);
        Size kernel = new Size(0, 0)) {
      multiply(a, b, product);
      resize(product, reduced, half, 0, 0, INTER_AREA);
      GaussianBlur(reduced, averaged, kernel, WINDOWS[band]);
      FloatBuffer buffer = averaged.createBuffer();
      buffer.get(values);
    }
    return values;
  }

  /** Cells on each side of a band's arrays. */
  static int side(int band) {
    return BandPyramid.side(band) / 2;
  }

  /** Cells on each side of the arrays. */
  int side() {
    return side;
  }

  /** Mean square of the input's band around each place, in grey levels squared. */
  float[] before() {
    return before;
  }

  /** Mean square of the output's band around each place, in grey levels squared. */
  float[] after() {
    return after;
  }

  /** Share of the output's structure that the input supports, 0…1; 1 where there is none. */
  float[] support() {
    return support;
  }
}
