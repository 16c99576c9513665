package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.max;
import static org.bytedeco.opencv.global.opencv_core.merge;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.gpenstreams.face.Similarity;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Where in a photo detail was invented: one opacity per pixel, laid over the photo in one colour.
 * Owns its native pixels; for one thread.
 */
public final class HallucinationMap implements AutoCloseable {
  // Magenta, which neither skin nor old paper has.
  private static final double BLUE = 200;
  private static final double GREEN = 0;
  private static final double RED = 230;

  private final int cropSize;
  private final Mat opacity;

  /**
   * An empty map.
   *
   * @param width of the photo, upright
   * @param height of the photo, upright
   * @param cropSize side of the model's crops in pixels
   */
  public HallucinationMap(int width, int height, int cropSize) {
    this.cropSize = cropSize;
    try (Scalar none = Scalar.all(0)) {
      this.opacity = new Mat(height, width, CV_8UC1, none);
    }
  }

  /**
   * Adds a face; where faces overlap, the more invented one shows.
   *
   * @param invented of the face's {@link FaceComparison.Comparison}
   * @param toCrop from the photo's pixels to the crop's
   */
  public void add(Mat invented, Similarity toCrop) {
    Similarity fromGrid =
        Similarity.scale(cropSize / (double) invented.cols()).then(toCrop.inverse());
    try (Rect area = fromGrid.area(invented.cols(), 1, opacity.cols(), opacity.rows());
        Mat target = new Mat(opacity, area);
        Mat levels = new Mat();
        Mat warped = new Mat();
        Size size = new Size(area.width(), area.height());
        Scalar zero = new Scalar();
        Mat matrix = fromGrid.then(Similarity.shift(-area.x(), -area.y())).matrix()) {
      invented.convertTo(levels, CV_8UC1, 255, 0);
      warpAffine(levels, warped, matrix, size, INTER_LINEAR, BORDER_CONSTANT, zero);
      max(target, warped, target);
    }
  }

  /** 8-bit BGRA of the photo's size; the caller closes it. */
  public Mat pixels() {
    Mat pixels = new Mat();
    try (Scalar blue = Scalar.all(BLUE);
        Scalar green = Scalar.all(GREEN);
        Scalar red = Scalar.all(RED);
        Mat b = new Mat(opacity.rows(), opacity.cols(), CV_8UC1, blue);
        Mat g = new Mat(opacity.rows(), opacity.cols(), CV_8UC1, green);
        Mat r = new Mat(opacity.rows(), opacity.cols(), CV_8UC1, red);
        MatVector channels = new MatVector(b, g, r, opacity)) {
      merge(channels, pixels);
    }
    return pixels;
  }

  @Override
  public void close() {
    opacity.close();
  }
}
