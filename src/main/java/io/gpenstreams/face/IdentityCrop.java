package io.gpenstreams.face;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.gpenstreams.face.Landmarks.Point;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** A face as face recognition models of ArcFace's kind take it. */
public final class IdentityCrop {
  /** Side of the picture, in pixels. */
  public static final int SIDE = 112;

  // Where ArcFace's training put the five landmarks.
  private static final List<Point> TEMPLATE =
      List.of(
          new Point(38.2946, 51.6963),
          new Point(73.5318, 51.5014),
          new Point(56.0252, 71.7366),
          new Point(41.5493, 92.3655),
          new Point(70.7299, 92.2041));
  // A face of GPEN's crop is as large in this one as in the picture.
  private static final int SAME_SIZE = 336;

  private IdentityCrop() {}

  /**
   * Cuts a face out of a crop.
   *
   * @param crop 8-bit RGB, square
   * @param landmarks in the crop
   * @return 8-bit RGB, {@code SIDE × SIDE}; black beyond the crop. The caller closes it.
   */
  public static Mat of(Mat crop, Landmarks landmarks) {
    // Averaged first, or the warp would skip pixels.
    int side = Math.min(crop.cols(), SAME_SIZE);
    Landmarks inReduced = landmarks.through(Similarity.scale(side / (double) crop.cols()));
    Mat aligned = new Mat();
    try (Mat reduced = new Mat();
        Size reducedSize = new Size(side, side);
        Size square = new Size(SIDE, SIDE);
        Scalar black = new Scalar();
        Mat matrix = Similarity.fit(inReduced.points(), TEMPLATE).matrix()) {
      resize(crop, reduced, reducedSize, 0, 0, INTER_AREA);
      warpAffine(reduced, aligned, matrix, square, INTER_LINEAR, BORDER_CONSTANT, black);
    }
    return aligned;
  }
}
