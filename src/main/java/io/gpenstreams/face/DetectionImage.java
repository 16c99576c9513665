package io.gpenstreams.face;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A picture small enough to search: detection time grows with pixels, and a face worth restoring
 * does not need more.
 *
 * @param pixels owned by this record
 * @param factor photo pixels over these pixels
 */
record DetectionImage(Mat pixels, double factor) implements AutoCloseable {
  private static final int MAX_SIDE = 1920;

  static DetectionImage of(Mat photo) {
    double factor = Math.max(1.0, Math.max(photo.cols(), photo.rows()) / (double) MAX_SIDE);
    if (factor == 1.0) {
      return new DetectionImage(new Mat(photo), 1.0);
    }
    Mat small = new Mat();
    try (Size size =
        new Size(
            Math.max(1, (int) Math.round(photo.cols() / factor)),
            Math.max(1, (int) Math.round(photo.rows() / factor)))) {
      resize(photo, small, size, 0, 0, INTER_AREA);
    }
    return new DetectionImage(small, factor);
  }

  @Override
  public void close() {
    pixels.close();
  }
}
