package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.multiply;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.Scharr;
import static org.bytedeco.opencv.global.opencv_imgproc.blur;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Gradient energy around each place of a crop, on a grid coarse enough to be cheap and fine enough
 * to be a map.
 */
final class LocalDetail {
  /** Side of the grid. */
  static final int GRID = 512;

  private static final int NEIGHBOURHOOD = 17;
  // Scharr's kernel sums to 16 in each half: its answer over 32 is grey levels per pixel.
  private static final double LEVELS_PER_PIXEL = 1.0 / 32;

  private LocalDetail() {}

  /**
   * Mean squared gradient, in grey levels squared per grid pixel squared.
   *
   * @param luminance 32-bit, any size
   * @return 32-bit, {@code GRID × GRID}; the caller closes it
   */
  static Mat energy(Mat luminance) {
    Mat energy = new Mat();
    try (Size grid = new Size(GRID, GRID);
        Size neighbourhood = new Size(NEIGHBOURHOOD, NEIGHBOURHOOD);
        Mat small = new Mat();
        Mat dx = new Mat();
        Mat dy = new Mat()) {
      resize(luminance, small, grid, 0, 0, INTER_AREA);
      Scharr(small, dx, CV_32F, 1, 0, LEVELS_PER_PIXEL, 0, 4);
      Scharr(small, dy, CV_32F, 0, 1, LEVELS_PER_PIXEL, 0, 4);
      multiply(dx, dx, dx);
      multiply(dy, dy, dy);
      add(dx, dy, energy);
      blur(energy, energy, neighbourhood);
    }
    return energy;
  }
}
