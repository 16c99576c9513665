package io.gpenstreams.cli.calibrate;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_core.subtract;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;

import java.util.Locale;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Restorers that know the truth, so that the measures can be compared with it without a model. Each
 * is the extreme of something that real restorers do.
 */
enum SimulatedRestorer {
  /** Gives the sharp face itself. */
  RIGHT_ANSWER,
  /** Keeps what the input shows, and takes everything finer from another face. */
  OTHER_DETAIL,
  /** Half of the right detail, half of another face's. */
  HALF_RIGHT,
  /** Keeps the coarse shading only; everything else comes from another face. */
  OTHER_FACE,
  /** Enlarges smoothly and adds nothing. */
  BICUBIC,
  /** Sharpens everything, the noise too. */
  NOISE_PRESERVING;

  private static final double REFERENCE_SIDE = 512;
  // Standard deviation, at 512 a side, from which on a face's shading is no likeness any more.
  private static final double SHADING = 12;
  private static final double SHARPENED = 2;

  /** The name in tables. */
  String label() {
    return "simulated: " + name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * Restores an input.
   *
   * @param truth the sharp face, 8-bit RGB
   * @param other another sharp face of the same size
   * @param input the truth after {@code degrading}
   * @return 8-bit RGB; the caller closes it
   */
  Mat restore(Mat truth, Mat other, Mat input, Degrading degrading, long seed) {
    return switch (this) {
      case RIGHT_ANSWER -> truth.clone();
      case OTHER_DETAIL -> withDetailOf(truth, other, degrading);
      case HALF_RIGHT -> halfRight(truth, other, degrading);
      case OTHER_FACE -> withShadingOf(truth, other);
      case BICUBIC -> degrading.applyCubic(truth, seed);
      case NOISE_PRESERVING -> sharpened(input);
    };
  }

  private static Mat withDetailOf(Mat truth, Mat other, Degrading degrading) {
    Degrading clean = degrading.clean();
    try (Mat visible = clean.apply(truth, 0);
        Mat otherVisible = clean.apply(other, 0)) {
      return sum(visible, other, otherVisible);
    }
  }

  private static Mat halfRight(Mat truth, Mat other, Degrading degrading) {
    Mat half = new Mat();
    try (Mat wrong = withDetailOf(truth, other, degrading)) {
      addWeighted(truth, 0.5, wrong, 0.5, 0, half);
    }
    return half;
  }

  private static Mat withShadingOf(Mat truth, Mat other) {
    try (Mat shading = shading(truth);
        Mat otherShading = shading(other)) {
      return sum(shading, other, otherShading);
    }
  }

  private static Mat shading(Mat face) {
    Mat shading = new Mat();
    try (Size kernel = new Size(0, 0)) {
      GaussianBlur(face, shading, kernel, SHADING * face.cols() / REFERENCE_SIDE);
    }
    return shading;
  }

  private static Mat sum(Mat base, Mat plus, Mat minus) {
    Mat result = new Mat();
    try (Mat a = Degrading.floats(base);
        Mat b = Degrading.floats(plus);
        Mat c = Degrading.floats(minus)) {
      subtract(b, c, b);
      add(a, b, a);
      a.convertTo(result, CV_8UC3);
    }
    return result;
  }

  private static Mat sharpened(Mat input) {
    Mat result = new Mat();
    try (Mat soft = new Mat();
        Size kernel = new Size(0, 0)) {
      GaussianBlur(input, soft, kernel, SHARPENED * input.cols() / REFERENCE_SIDE);
      addWeighted(input, 1.5, soft, -0.5, 0, result);
    }
    return result;
  }
}
