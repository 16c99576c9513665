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
  private static final int LARGEST_GRID = 512;
  // Of the grid's side: 17 cells of 512.
  private static final double NEIGHBOURHOOD = 17.0 / 512;
  // Scharr's kernel sums to 16 in each half: its answer over 32 is grey levels per pixel.
  private static final double LEVELS_PER_PIXEL = 1.0 / 32;

  private final int grid;

  /**
   * For crops of one size.
   *
   * @param size side of a crop; a small one is its own grid, since enlarging it would show nothing
   */
  LocalDetail(int size) {
    this.grid = Math.min(size, LARGEST_GRID);
  }

  /** Side of the grid, in cells. */
  int grid() {
    return grid;
  }

  /**
   * Mean squared gradient, in grey levels squared per grid pixel squared.
   *
   * @param luminance 32-bit, any size
   * @return 32-bit, {@code grid × grid}; the caller closes it
   */
  Mat energy(Mat luminance) {
    // Odd, to have a middle.
    int side = 2 * (int) (NEIGHBOURHOOD * grid / 2) + 1;
    Mat energy = new Mat();
    try (Size cells = new Size(grid, grid);
        Size neighbourhood = new Size(side, side);
        Mat small = new Mat();
        Mat dx = new Mat();
        Mat dy = new Mat()) {
      resize(luminance, small, cells, 0, 0, INTER_AREA);
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
