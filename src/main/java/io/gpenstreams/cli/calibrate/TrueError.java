package io.gpenstreams.cli.calibrate;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.subtract;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Landmarks.Point;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * How wrong a restored face is, known from the sharp one. Measured on the luminance at 256 pixels a
 * side, inside the face.
 *
 * @param ssim structural similarity (Wang and others, 2004: Gaussian windows of 1.5 pixels), −1…1
 * @param psnr peak signal-to-noise ratio in decibels, at most 99
 * @param likeness error of the features that people are recognised by: one minus the correlation of
 *     the luminance between 4 and 16 cycles across the face, mean of eyes, nose and mouth, 0…2
 */
record TrueError(double ssim, double psnr, double likeness) {
  private static final int SIDE = 256;
  private static final double WINDOW = 1.5;
  private static final double C1 = 6.5025;
  private static final double C2 = 58.5225;
  // A band of Gaussians at 256 a side, centred at 9 cycles across the face.
  private static final double FINE = 1.5;
  private static final double COARSE = 4.5;
  private static final double BEST_PSNR = 99;

  /** Compares a restored face with the truth, both 8-bit RGB of one size. */
  static TrueError of(Mat truth, Mat restored, Landmarks landmarks) {
    double toGrid = SIDE / (double) truth.cols();
    try (Mat a = luminance(truth);
        Mat b = luminance(restored)) {
      return new TrueError(
          ssim(a, b, landmarks, toGrid),
          psnr(a, b, landmarks, toGrid),
          likeness(a, b, landmarks, toGrid));
    }
  }

  private static Mat luminance(Mat rgb) {
    Mat luminance = new Mat();
    try (Mat small = new Mat();
        Size size = new Size(SIDE, SIDE)) {
      resize(rgb, small, size, 0, 0, INTER_AREA);
      cvtColor(small, small, COLOR_RGB2GRAY);
      small.convertTo(luminance, CV_32F);
    }
    return luminance;
  }

  private static float[] values(Mat picture) {
    float[] values = new float[SIDE * SIDE];
    FloatBuffer buffer = picture.createBuffer();
    buffer.get(values);
    return values;
  }

  private static float[] smoothed(float[] values, double sigma) {
    try (Mat picture = new Mat(SIDE, SIDE, CV_32F);
        Mat smooth = new Mat();
        Size kernel = new Size(0, 0)) {
      FloatBuffer buffer = picture.createBuffer();
      buffer.put(values);
      GaussianBlur(picture, smooth, kernel, sigma);
      return values(smooth);
    }
  }

  private static double ssim(Mat x, Mat y, Landmarks landmarks, double toGrid) {
    float[] a = values(x);
    float[] b = values(y);
    float[] meanA = smoothed(a, WINDOW);
    float[] meanB = smoothed(b, WINDOW);
    float[] aa = smoothed(product(a, a), WINDOW);
    float[] bb = smoothed(product(b, b), WINDOW);
    float[] ab = smoothed(product(a, b), WINDOW);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      if (inFace(i, landmarks, toGrid)) {
        double ma = meanA[i];
        double mb = meanB[i];
        double va = aa[i] - ma * ma;
        double vb = bb[i] - mb * mb;
        double cov = ab[i] - ma * mb;
        sum += (2 * ma * mb + C1) * (2 * cov + C2) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
        count++;
      }
    }
    return count == 0 ? 1 : sum / count;
  }

  private static float[] product(float[] a, float[] b) {
    float[] product = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }

  private static double psnr(Mat x, Mat y, Landmarks landmarks, double toGrid) {
    float[] a = values(x);
    float[] b = values(y);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      if (inFace(i, landmarks, toGrid)) {
        double difference = a[i] - b[i];
        sum += difference * difference;
        count++;
      }
    }
    double mean = count == 0 ? 0 : sum / count;
    return mean == 0 ? BEST_PSNR : Math.min(BEST_PSNR, 10 * Math.log10(255 * 255 / mean));
  }

  private static double likeness(Mat x, Mat y, Landmarks landmarks, double toGrid) {
    float[] a = band(x);
    float[] b = band(y);
    double unit = toGrid * eyeDistance(landmarks);
    Point mouth =
        new Point(
            (landmarks.leftMouth().x() + landmarks.rightMouth().x()) / 2,
            (landmarks.leftMouth().y() + landmarks.rightMouth().y()) / 2);
    List<Point> features =
        List.of(landmarks.leftEye(), landmarks.rightEye(), landmarks.nose(), mouth);
    double error = 0;
    for (Point feature : features) {
      error += (1 - correlation(a, b, feature, toGrid, 0.4 * unit)) / features.size();
    }
    return error;
  }

  private static float[] band(Mat luminance) {
    try (Mat fine = new Mat();
        Mat coarse = new Mat();
        Size kernel = new Size(0, 0)) {
      GaussianBlur(luminance, fine, kernel, FINE);
      GaussianBlur(luminance, coarse, kernel, COARSE);
      subtract(fine, coarse, fine);
      return values(fine);
    }
  }

  private static double correlation(
      float[] a, float[] b, Point centre, double toGrid, double radius) {
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int i = 0; i < a.length; i++) {
      int row = i / SIDE;
      double dx = i % SIDE - centre.x() * toGrid;
      double dy = row - centre.y() * toGrid;
      if (dx * dx + dy * dy <= radius * radius) {
        aa += (double) a[i] * a[i];
        bb += (double) b[i] * b[i];
        ab += (double) a[i] * b[i];
      }
    }
    return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : aa == bb ? 1 : 0;
  }

  private static double eyeDistance(Landmarks landmarks) {
    return Math.hypot(
        landmarks.rightEye().x() - landmarks.leftEye().x(),
        landmarks.rightEye().y() - landmarks.leftEye().y());
  }

  // An ellipse from the brows to the chin.
  private static boolean inFace(int place, Landmarks landmarks, double toGrid) {
    double unit = toGrid * eyeDistance(landmarks);
    double x = place % SIDE - landmarks.nose().x() * toGrid;
    int row = place / SIDE;
    double y = row - landmarks.nose().y() * toGrid;
    double dx = x / (1.1 * unit);
    double dy = y / (1.4 * unit);
    return dx * dx + dy * dy <= 1;
  }
}
