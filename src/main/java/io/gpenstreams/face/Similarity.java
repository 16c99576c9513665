package io.gpenstreams.face;

import io.gpenstreams.face.Landmarks.Point;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * Rotation, uniform scale and shift in the plane: {@code x' = a·x + b·y + tx}, {@code y' = −b·x +
 * a·y + ty}.
 *
 * @param a scale times cosine
 * @param b scale times sine
 * @param tx shift to the right, in pixels
 * @param ty shift down, in pixels
 */
public record Similarity(double a, double b, double tx, double ty) {

  /** Changes nothing. */
  public static final Similarity IDENTITY = new Similarity(1, 0, 0, 0);

  /**
   * The transform with the least sum of squared distances from the moved points to their targets;
   * reflections are not considered.
   *
   * @throws IllegalArgumentException if all points are the same one
   */
  public static Similarity fit(List<Point> from, List<Point> to) {
    int n = from.size();
    double fromX = from.stream().mapToDouble(Point::x).average().orElseThrow();
    double fromY = from.stream().mapToDouble(Point::y).average().orElseThrow();
    double toX = to.stream().mapToDouble(Point::x).average().orElseThrow();
    double toY = to.stream().mapToDouble(Point::y).average().orElseThrow();
    double dot = 0;
    double cross = 0;
    double spread = 0;
    for (int i = 0; i < n; i++) {
      double x = from.get(i).x() - fromX;
      double y = from.get(i).y() - fromY;
      double u = to.get(i).x() - toX;
      double v = to.get(i).y() - toY;
      dot += x * u + y * v;
      cross += y * u - x * v;
      spread += x * x + y * y;
    }
    if (!(spread > 0)) {
      throw new IllegalArgumentException("Landmarks that are all the same point cannot be aligned");
    }
    double a = dot / spread;
    double b = cross / spread;
    return new Similarity(a, b, toX - a * fromX - b * fromY, toY + b * fromX - a * fromY);
  }

  /**
   * Enlarges from the centre of the first pixel's outer corner, so that pixel areas stay aligned.
   */
  public static Similarity scale(double factor) {
    double shift = (factor - 1) / 2;
    return new Similarity(factor, 0, shift, shift);
  }

  /** Moves without turning. */
  public static Similarity shift(double x, double y) {
    return new Similarity(1, 0, x, y);
  }

  /** Pixels after over pixels before. */
  public double magnification() {
    return Math.hypot(a, b);
  }

  /** Where a point goes. */
  public Point apply(Point p) {
    return new Point(a * p.x() + b * p.y() + tx, -b * p.x() + a * p.y() + ty);
  }

  /** First this, then {@code next}. */
  public Similarity then(Similarity next) {
    return new Similarity(
        next.a * a - next.b * b,
        next.a * b + next.b * a,
        next.a * tx + next.b * ty + next.tx,
        -next.b * tx + next.a * ty + next.ty);
  }

  /** The way back. */
  public Similarity inverse() {
    double norm = a * a + b * b;
    double ia = a / norm;
    double ib = -b / norm;
    return new Similarity(ia, ib, -ia * tx - ib * ty, ib * tx - ia * ty);
  }

  /**
   * The part of a picture that a square covers once it is moved: the smallest rectangle of whole
   * pixels, cut to the picture; at least one pixel, so that a square outside still gives a picture.
   * The caller closes it.
   *
   * @param square side of the square, whose corner lies at the origin
   * @param margin pixels added on each side
   * @param width of the picture
   * @param height of the picture
   */
  public Rect area(int square, int margin, int width, int height) {
    List<Point> corners =
        Stream.of(
                new Point(0, 0),
                new Point(square, 0),
                new Point(0, square),
                new Point(square, square))
            .map(this::apply)
            .toList();
    double left = corners.stream().mapToDouble(Point::x).min().orElseThrow() - margin;
    double top = corners.stream().mapToDouble(Point::y).min().orElseThrow() - margin;
    double right = corners.stream().mapToDouble(Point::x).max().orElseThrow() + margin;
    double bottom = corners.stream().mapToDouble(Point::y).max().orElseThrow() + margin;
    int x0 = clamp(Math.floor(left), width - 1);
    int y0 = clamp(Math.floor(top), height - 1);
    int x1 = Math.max(x0 + 1, clamp(Math.ceil(right), width));
    int y1 = Math.max(y0 + 1, clamp(Math.ceil(bottom), height));
    return new Rect(x0, y0, x1 - x0, y1 - y0);
  }

  private static int clamp(double value, int max) {
    return (int) Math.max(0, Math.min(max, value));
  }

  /** As the 2×3 double matrix that OpenCV's warps take; the caller closes it. */
  public Mat matrix() {
    Mat matrix = new Mat(2, 3, opencv_core.CV_64F);
    try (DoubleIndexer values = matrix.createIndexer()) {
      values.put(0, 0, a, b, tx);
      values.put(1, 0, -b, a, ty);
    }
    return matrix;
  }
}
