package io.gpenstreams.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.getNumThreads;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.blendLinear;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

/**
 * What one face costs beside the model, in a 12-megapixel photo on one core; {@code mvn -Pbenchmark
 * test -Dtest=AlignAndBlendBenchmark}. The baseline warps face and mask to the photo's full frame
 * and blends there, as the official implementation does.
 */
class AlignAndBlendBenchmark {
  private static final int SIZE = 2048;
  private static final int ROUNDS = 15;

  @Test
  void twelveMegapixels() {
    int threads = getNumThreads();
    setNumThreads(1);
    System.out.printf(
        "%8s %10s %10s %10s %14s %8s%n",
        "box px", "align ms", "blend ms", "sum ms", "full frame ms", "ratio");
    try (Scalar grey = Scalar.all(120);
        Mat photo = new Mat(3000, 4000, CV_8UC3, grey)) {
      for (int box : new int[] {50, 100, 200, 300, 400, 600}) {
        measure(photo, box);
      }
    } finally {
      setNumThreads(threads);
    }
  }

  private static void measure(Mat photo, int box) {
    FaceAligner aligner = new FaceAligner(SIZE);
    // The cascade's box is about half as wide as the aligned square; a turn of six degrees.
    double scale = SIZE / (box * 1.9);
    Similarity toCrop =
        Similarity.shift(-1500, -1000)
            .then(new Similarity(scale * Math.cos(0.1), scale * Math.sin(0.1), 0, 0));
    double align = Double.MAX_VALUE;
    double blend = Double.MAX_VALUE;
    double fullFrame = Double.MAX_VALUE;
    try (FaceBlender blender = new FaceBlender(SIZE);
        Mat face = aligner.crop(photo, toCrop)) {
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        try (Mat crop = aligner.crop(photo, toCrop)) {
          assertThat(crop.rows()).isEqualTo(SIZE);
          align = Math.min(align, millisSince(start));
        }
        start = System.nanoTime();
        blender.blend(face, toCrop, 1, photo);
        blend = Math.min(blend, millisSince(start));
        if (i < 3) {
          start = System.nanoTime();
          blendFullFrame(face, toCrop, photo);
          fullFrame = Math.min(fullFrame, millisSince(start));
        }
      }
    }
    System.out.printf(
        "%8d %10.1f %10.1f %10.1f %14.1f %8.1f%n",
        box, align, blend, align + blend, fullFrame, fullFrame / blend);
  }

  private static void blendFullFrame(Mat face, Similarity toCrop, Mat photo) {
    try (Size frame = new Size(photo.cols(), photo.rows());
        Scalar zero = new Scalar();
        Scalar one = Scalar.all(1);
        Mat mask = new Mat(SIZE, SIZE, CV_32FC1, one);
        Mat matrix = toCrop.inverse().matrix();
        Mat warped = new Mat();
        Mat weight = new Mat();
        Mat rest = new Mat();
        Mat blended = new Mat()) {
      warpAffine(face, warped, matrix, frame, INTER_LINEAR, BORDER_CONSTANT, zero);
      warpAffine(mask, weight, matrix, frame, INTER_LINEAR, BORDER_CONSTANT, zero);
      weight.convertTo(rest, -1, -1, 1);
      blendLinear(warped, photo, weight, rest, blended);
    }
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
