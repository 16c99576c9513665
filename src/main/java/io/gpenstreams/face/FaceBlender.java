package io.gpenstreams.face;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.multiply;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.blendLinear;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Puts restored faces back. Touches only the face's region, so that a face costs the same in a
 * photo of any size. Owns the feathered mask, which is never written after construction.
 */
public final class FaceBlender implements AutoCloseable {
  private static final int MASK_SIZE = 128;
  private static final int CHANNELS = 3;
  // Shares of the crop's side: fully the photo's up to EDGE, fully the restored face's from EDGE +
  // FEATHER.
  private static final double EDGE = 0.03;
  private static final double FEATHER = 0.12;

  private final int size;
  private final Mat mask;

  /**
   * A blender for one model.
   *
   * @param size side of the crops in pixels
   */
  public FaceBlender(int size) {
    this.size = size;
    this.mask = feathered();
  }

  /**
   * Blends a restored face into a photo.
   *
   * @param face 8-bit RGB, {@code size × size}
   * @param toCrop from the photo's pixels to the crop's
   * @param weight of the restored face, 0…1
   * @param photo 8-bit BGR, changed in place
   */
  public void blend(Mat face, Similarity toCrop, double weight, Mat photo) {
    Similarity fromCrop = toCrop.inverse();
    // What lies in the edge is the photo's alone and need not be touched.
    double edge = EDGE * size;
    Similarity fromInner = Similarity.shift(edge, edge).then(fromCrop);
    int inner = (int) Math.ceil(size - 2 * edge);
    try (Rect area = fromInner.area(inner, 1, photo.cols(), photo.rows());
        Mat target = new Mat(photo, area);
        Size areaSize = new Size(area.width(), area.height());
        Mat restored = new Mat();
        Mat restoredWeight = new Mat();
        Mat photoWeight = new Mat()) {
      Similarity toArea = fromCrop.then(Similarity.shift(-area.x(), -area.y()));
      warpDown(face, toArea, areaSize, restored);
      cvtColor(restored, restored, COLOR_RGB2BGR);
      weights(toArea, areaSize, restoredWeight);
      restoredWeight.convertTo(restoredWeight, -1, weight, 0);
      restoredWeight.convertTo(photoWeight, -1, -1, 1);
      blendLinear(restored, target, restoredWeight, photoWeight, target);
    }
  }

  /**
   * Scales values by how much of the restored face {@link #blend} shows at their place.
   *
   * @param grid 32-bit, of one or three channels, a square that stands for the crop; changed in
   *     place
   * @param weight as in {@link #blend}
   */
  public void attenuate(Mat grid, double weight) {
    try (Mat weights = new Mat();
        Size size = grid.size()) {
      resize(mask, weights, size, 0, 0, INTER_LINEAR);
      if (grid.channels() == CHANNELS) {
        cvtColor(weights, weights, COLOR_GRAY2RGB);
      }
      multiply(grid, weights, grid, weight, -1);
    }
  }

  private void warpDown(Mat face, Similarity toArea, Size areaSize, Mat target) {
    try (Mat reduced = new Mat(face);
        Scalar zero = new Scalar()) {
      Similarity transform = toArea;
      // Averaging first: a warp alone would skip pixels and shimmer. Halving is what OpenCV does
      // fastest.
      while (transform.magnification() <= 0.5) {
        transform = reduce(reduced, reduced.cols() / 2, INTER_AREA, transform);
      }
      // Then to the photo's resolution: turning costs six times as much a pixel as reducing.
      if (transform.magnification() < 1) {
        int side = (int) Math.ceil(reduced.cols() * transform.magnification());
        transform = reduce(reduced, side, INTER_LINEAR, transform);
      }
      try (Mat matrix = transform.matrix()) {
        warpAffine(reduced, target, matrix, areaSize, INTER_LINEAR, BORDER_REPLICATE, zero);
      }
    }
  }

  private static Similarity reduce(Mat face, int side, int method, Similarity fromFace) {
    double factor = face.cols() / (double) side;
    try (Size size = new Size(side, side);
        Mat reduced = new Mat()) {
      resize(face, reduced, size, 0, 0, method);
      face.put(reduced);
    }
    return Similarity.scale(factor).then(fromFace);
  }

  // The feather is smooth, so that a quarter of the resolution shows it just as well at a fraction
  // of the time.
  private void weights(Similarity toArea, Size areaSize, Mat target) {
    Similarity fromMask = Similarity.scale(size / (double) MASK_SIZE).then(toArea);
    double reduction = Math.max(1, fromMask.magnification());
    try (Size smallSize =
            new Size(
                Math.max(1, (int) Math.ceil(areaSize.width() / reduction)),
                Math.max(1, (int) Math.ceil(areaSize.height() / reduction)));
        Mat small = new Mat();
        Mat matrix = fromMask.matrix();
        Scalar zero = new Scalar()) {
      stretch(matrix, 0, smallSize.width() / (double) areaSize.width());
      stretch(matrix, 1, smallSize.height() / (double) areaSize.height());
      warpAffine(mask, small, matrix, smallSize, INTER_LINEAR, BORDER_CONSTANT, zero);
      resize(small, target, areaSize, 0, 0, INTER_LINEAR);
    }
  }

  // As Similarity.scale, but for one axis: rounding shrinks width and height by unlike factors.
  private static void stretch(Mat matrix, int axis, double factor) {
    try (DoubleIndexer values = matrix.createIndexer()) {
      for (int column = 0; column < 3; column++) {
        values.put(axis, column, values.get(axis, column) * factor);
      }
      values.put(axis, 2, values.get(axis, 2) + (factor - 1) / 2);
    }
  }

  private static Mat feathered() {
    Mat mask = new Mat(MASK_SIZE, MASK_SIZE, CV_32FC1);
    try (FloatIndexer values = mask.createIndexer()) {
      for (int y = 0; y < MASK_SIZE; y++) {
        for (int x = 0; x < MASK_SIZE; x++) {
          values.put(y, x, (float) (ramp(x) * ramp(y)));
        }
      }
    }
    return mask;
  }

  // Smoothstep: no visible edge where the feather begins and ends.
  private static double ramp(int position) {
    double fromSide = Math.min(position + 0.5, MASK_SIZE - position - 0.5) / MASK_SIZE;
    double t = Math.max(0, Math.min(1, (fromSide - EDGE) / FEATHER));
    return t * t * (3 - 2 * t);
  }

  @Override
  public void close() {
    mask.close();
  }
}
