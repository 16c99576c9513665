package io.gpenstreams.face;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Cuts aligned squares out of photos. Touches only the pixels under the square, whatever the
 * photo's size. Stateless.
 */
public final class FaceAligner {
  // Linear interpolation reads one pixel beyond; one more for rounding.
  private static final int MARGIN = 2;

  private static final int OVERSAMPLING = 2;

  private final int size;

  /**
   * An aligner for one model.
   *
   * @param size side of the crops in pixels
   */
  public FaceAligner(int size) {
    this.size = size;
  }

  /**
   * Cuts a face out.
   *
   * @param photo 8-bit BGR
   * @param toCrop from the photo's pixels to the crop's
   * @return 8-bit RGB, {@code size × size}; beyond the photo's edge its mirror image. The caller
   *     closes it.
   */
  public Mat crop(Mat photo, Similarity toCrop) {
    try (Rect area = toCrop.inverse().area(size, MARGIN, photo.cols(), photo.rows());
        Mat bgr = new Mat(photo, area);
        Mat patch = new Mat();
        Mat reduced = new Mat();
        Scalar black = new Scalar();
        Size cropSize = new Size(size, size)) {
      cvtColor(bgr, patch, COLOR_BGR2RGB);
      Similarity fromPatch = Similarity.shift(area.x(), area.y()).then(toCrop);
      Mat source = patch;
      // A face larger than the crop is averaged first, or the warp would skip pixels.
      int factor = (int) Math.floor(1 / fromPatch.magnification());
      if (factor > 1) {
        try (Size small =
            new Size(Math.max(1, area.width() / factor), Math.max(1, area.height() / factor))) {
          resize(patch, reduced, small, 0, 0, INTER_AREA);
          double exact = area.width() / (double) small.width();
          fromPatch = Similarity.scale(exact).then(fromPatch);
          source = reduced;
        }
      }
      // A strong enlargement is warped at a fraction of the size and enlarged from there: a plain
      // resize costs a sixth
      // of a warp, and at twice the photo's resolution or more the difference is not to be seen.
      int enlargement =
          Math.max(1, Integer.highestOneBit((int) (fromPatch.magnification() / OVERSAMPLING)));
      Mat crop = new Mat();
      try (Mat matrix = fromPatch.then(Similarity.scale(1.0 / enlargement)).matrix();
          Mat small = new Mat();
          Size smallSize = new Size(size / enlargement, size / enlargement)) {
        warpAffine(source, small, matrix, smallSize, INTER_LINEAR, BORDER_REFLECT_101, black);
        resize(small, crop, cropSize, 0, 0, INTER_LINEAR);
      }
      return crop;
    }
  }
}
