package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC2;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.remap;

import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Landmarks.Point;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Set;
import org.bytedeco.opencv.opencv_core.Mat;

/** Changes of one place of a face that a restorer may make and the measures must find. */
enum LocalEdit {
  MOLE,
  EYE_COLOUR,
  MOUTH_CORNER,
  GAZE,
  GLASSES_ADDED,
  GLASSES_REMOVED,
  EYE_SWAPPED,
  MOUTH_SWAPPED,
  NOSE_SWAPPED;

  /** Where it is. */
  Set<String> regions() {
    return switch (this) {
      case MOLE -> Set.of("skin");
      case EYE_COLOUR, GAZE, GLASSES_ADDED, GLASSES_REMOVED -> Set.of("leftEye", "rightEye");
      case EYE_SWAPPED -> Set.of("leftEye");
      case MOUTH_CORNER, MOUTH_SWAPPED -> Set.of("mouth");
      case NOSE_SWAPPED -> Set.of("nose");
    };
  }

  /**
   * A face as it was and as the edit leaves it, both 8-bit RGB.
   *
   * @param truth what is degraded to the input
   * @param edited what a restorer would give
   */
  record Pair(Mat truth, Mat edited) implements AutoCloseable {
    @Override
    public void close() {
      truth.close();
      edited.close();
    }
  }

  /** Edits a face; the swaps take from another one, whose landmarks are the same. */
  Pair of(Mat face, Mat other, Landmarks marks) {
    double unit =
        Math.hypot(
            marks.rightEye().x() - marks.leftEye().x(), marks.rightEye().y() - marks.leftEye().y());
    Point mouth =
        new Point(
            (marks.leftMouth().x() + marks.rightMouth().x()) / 2,
            (marks.leftMouth().y() + marks.rightMouth().y()) / 2);
    return switch (this) {
      case MOLE -> new Pair(face.clone(), mole(face, marks, unit));
      case EYE_COLOUR -> new Pair(face.clone(), recoloured(face, marks, unit));
      case MOUTH_CORNER ->
          new Pair(face.clone(), moved(face, 0, -0.09 * unit, 0.25 * unit, marks.rightMouth()));
      case GAZE ->
          new Pair(
              face.clone(),
              moved(face, 0.07 * unit, 0, 0.17 * unit, marks.leftEye(), marks.rightEye()));
      case GLASSES_ADDED -> new Pair(face.clone(), withGlasses(face, marks, unit));
      case GLASSES_REMOVED -> new Pair(withGlasses(face, marks, unit), face.clone());
      case EYE_SWAPPED ->
          new Pair(face.clone(), swapped(face, other, marks.leftEye(), 0.34 * unit, 0.24 * unit));
      case MOUTH_SWAPPED ->
          new Pair(face.clone(), swapped(face, other, mouth, 0.55 * unit, 0.28 * unit));
      case NOSE_SWAPPED ->
          new Pair(face.clone(), swapped(face, other, marks.nose(), 0.28 * unit, 0.34 * unit));
    };
  }

  private static Mat mole(Mat face, Landmarks marks, double unit) {
    Point place = new Point(marks.leftMouth().x() - 0.12 * unit, marks.nose().y() + 0.12 * unit);
    return painted(
        face,
        (x, y, channel, level) -> {
          double distance = Math.hypot(x - place.x(), y - place.y());
          double cover = 0.75 * edge(0.045 * unit - distance);
          return level * (1 - cover) + cover * new double[] {70, 45, 35}[channel];
        });
  }

  private static Mat recoloured(Mat face, Landmarks marks, double unit) {
    double[] tint = {-25, 0, 45};
    return painted(
        face,
        (x, y, channel, level) -> {
          double left = Math.hypot(x - marks.leftEye().x(), y - marks.leftEye().y());
          double right = Math.hypot(x - marks.rightEye().x(), y - marks.rightEye().y());
          return level + tint[channel] * edge(0.1 * unit - Math.min(left, right));
        });
  }

  private static Mat withGlasses(Mat face, Landmarks marks, double unit) {
    return painted(
        face,
        (x, y, channel, level) -> {
          double left = Math.hypot(x - marks.leftEye().x(), (y - marks.leftEye().y()) * 1.15);
          double right = Math.hypot(x - marks.rightEye().x(), (y - marks.rightEye().y()) * 1.15);
          double rim = Math.abs(Math.min(left, right) - 0.33 * unit);
          double middleY = (marks.leftEye().y() + marks.rightEye().y()) / 2 - 0.05 * unit;
          boolean between =
              x > marks.leftEye().x() + 0.33 * unit && x < marks.rightEye().x() - 0.33 * unit;
          if (between) {
            rim = Math.min(rim, Math.abs(y - middleY));
          }
          double cover = 0.9 * edge(0.028 * unit - rim);
          return level * (1 - cover) + cover * 30;
        });
  }

  // Moves what lies around the centres, most in the middle and less towards the radius.
  private static Mat moved(Mat face, double dx, double dy, double radius, Point... centres) {
    Mat moved = new Mat();
    try (Mat places = new Mat(face.rows(), face.cols(), CV_32FC2);
        Mat none = new Mat()) {
      FloatBuffer values = places.createBuffer();
      for (int y = 0; y < face.rows(); y++) {
        for (int x = 0; x < face.cols(); x++) {
          double share = 0;
          for (Point centre : centres) {
            double r = Math.hypot(x - centre.x(), y - centre.y()) / radius;
            share += r < 1 ? (1 - r * r) * (1 - r * r) : 0;
          }
          values.put((float) (x - share * dx)).put((float) (y - share * dy));
        }
      }
      remap(face, moved, places, none, INTER_LINEAR);
    }
    return moved;
  }

  private static Mat swapped(Mat face, Mat other, Point centre, double rx, double ry) {
    ByteBuffer donor = other.createBuffer();
    int width = face.cols();
    double[] difference = difference(face, other, centre, rx, ry);
    return painted(
        face,
        (x, y, channel, level) -> {
          double cover = inside(x, y, centre, rx, ry);
          int taken = Byte.toUnsignedInt(donor.get((y * width + x) * 3 + channel));
          return level * (1 - cover) + cover * (taken + difference[channel]);
        });
  }

  private static double inside(int x, int y, Point centre, double rx, double ry) {
    double dx = (x - centre.x()) / rx;
    double dy = (y - centre.y()) / ry;
    return Math.max(0, Math.min(1, 4 * (1 - Math.hypot(dx, dy))));
  }

  // Of the mean levels, so that a swap keeps the complexion.
  private static double[] difference(Mat face, Mat other, Point centre, double rx, double ry) {
    double[] sum = new double[3];
    double all = 0;
    ByteBuffer a = face.createBuffer();
    ByteBuffer b = other.createBuffer();
    for (int y = 0; y < face.rows(); y++) {
      for (int x = 0; x < face.cols(); x++) {
        double cover = inside(x, y, centre, rx, ry);
        all += cover;
        for (int channel = 0; cover > 0 && channel < 3; channel++) {
          int place = (y * face.cols() + x) * 3 + channel;
          sum[channel] +=
              cover * (Byte.toUnsignedInt(a.get(place)) - Byte.toUnsignedInt(b.get(place)));
        }
      }
    }
    return new double[] {sum[0] / all, sum[1] / all, sum[2] / all};
  }

  private static double edge(double inside) {
    return Math.max(0, Math.min(1, inside + 0.5));
  }

  @FunctionalInterface
  private interface Paint {
    double at(int x, int y, int channel, double level);
  }

  private static Mat painted(Mat face, Paint paint) {
    Mat painted = new Mat(face.rows(), face.cols(), CV_8UC3);
    ByteBuffer in = face.createBuffer();
    ByteBuffer out = painted.createBuffer();
    for (int y = 0; y < face.rows(); y++) {
      for (int x = 0; x < face.cols(); x++) {
        for (int channel = 0; channel < 3; channel++) {
          double level = paint.at(x, y, channel, Byte.toUnsignedInt(in.get()));
          out.put((byte) Math.max(0, Math.min(255, Math.round(level))));
        }
      }
    }
    return painted;
  }

  /** Cells of a grid over the crop that the edit touched: 32-bit, 0 or 1; the caller closes it. */
  static Mat touched(Pair pair, int cells) {
    Mat touched = new Mat(cells, cells, CV_32FC1);
    FloatBuffer out = touched.createBuffer();
    ByteBuffer a = pair.truth().createBuffer();
    ByteBuffer b = pair.edited().createBuffer();
    int width = pair.truth().cols();
    int step = width / cells;
    for (int y = 0; y < cells; y++) {
      for (int x = 0; x < cells; x++) {
        double most = 0;
        for (int i = 0; i < step * step * 3; i++) {
          int place = ((y * step + i / 3 / step) * width + x * step + i / 3 % step) * 3 + i % 3;
          most =
              Math.max(
                  most,
                  Math.abs(Byte.toUnsignedInt(a.get(place)) - Byte.toUnsignedInt(b.get(place))));
        }
        out.put(most >= 8 ? 1 : 0);
      }
    }
    return touched;
  }
}
