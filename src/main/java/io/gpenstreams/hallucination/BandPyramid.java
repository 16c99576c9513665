package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.subtract;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A luminance in {@link #BANDS} bands, differences of Gaussians with standard deviations of
 * 0|1|2|4|8|16 pixels of {@link #SIDE}: centred at about 110, 55, 28, 14 and 7 cycles across the
 * crop. Coarse bands are kept at fewer pixels, which is all they need. Owns its native pixels.
 */
final class BandPyramid implements AutoCloseable {
  /** Side of the crop that is measured, in pixels. */
  static final int SIDE = 512;

  /** How many bands there are; the last one is the coarse shading. */
  static final int BANDS = 5;

  // Bands 0 and 1 are as large as the crop; each further one has half the side of the one before.
  private static final int FULL_BANDS = 2;
  // A Gaussian of s after one of s gives 2s: √(4 − 1) times s, in pixels of which s is one.
  private static final double DOUBLING = Math.sqrt(3);

  private final List<Mat> bands;

  private BandPyramid(List<Mat> bands) {
    this.bands = bands;
  }

  /**
   * Takes a picture apart.
   *
   * @param luminance 32-bit, {@code SIDE × SIDE}
   */
  static BandPyramid of(Mat luminance) {
    List<Mat> bands = new ArrayList<>();
    try (Mat sharp = new Mat(luminance);
        Mat soft = new Mat();
        Size kernel = new Size(0, 0)) {
      for (int band = 0; band < BANDS; band++) {
        if (band >= FULL_BANDS) {
          try (Size half = new Size(side(band), side(band));
              Mat reduced = new Mat()) {
            resize(sharp, reduced, half, 0, 0, INTER_AREA);
            sharp.put(reduced);
          }
        }
        GaussianBlur(sharp, soft, kernel, band == 0 ? 1 : DOUBLING);
        Mat difference = new Mat();
        bands.add(difference);
        subtract(sharp, soft, difference);
        try (Mat next = soft.clone()) {
          sharp.put(next);
        }
      }
      return new BandPyramid(bands);
    } catch (RuntimeException | Error e) {
      bands.forEach(Mat::close);
      throw e;
    }
  }

  /** Side of a band, in pixels. */
  static int side(int band) {
    return SIDE >> Math.max(0, band - FULL_BANDS + 1);
  }

  /** 32-bit, {@link #side} × {@link #side}; this keeps it. */
  Mat band(int band) {
    return bands.get(band);
  }

  @Override
  public void close() {
    bands.forEach(Mat::close);
  }
}
