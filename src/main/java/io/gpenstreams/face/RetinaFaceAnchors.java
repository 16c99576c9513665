package io.gpenstreams.face;

import io.gpenstreams.face.Landmarks.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The places where RetinaFace looks for faces in a picture of one size, and what its raw numbers
 * mean there. Each place of a grid of 8, 16 and 32 pixels has two squares; boxes and points are
 * relative to them (Liu et al. 2016, SSD; variances 0.1 and 0.2). Coordinates are RetinaFace's own,
 * as GPEN's alignment takes them.
 *
 * @param width of the picture in pixels
 * @param height of the picture in pixels
 */
record RetinaFaceAnchors(int width, int height) {
  static final int BOX = 4;
  static final int CLASSES = 2;
  static final int LANDMARKS = 10;

  private static final int[] STEPS = {8, 16, 32};
  private static final int[][] SIDES = {{16, 32}, {64, 128}, {256, 512}};
  private static final double CENTRE_VARIANCE = 0.1;
  private static final double SIDE_VARIANCE = 0.2;
  private static final double OVERLAP = 0.4;
  private static final int MOST_CANDIDATES = 5000;
  private static final int MOST_FACES = 750;

  /** How many there are. */
  int count() {
    int count = 0;
    for (int level = 0; level < STEPS.length; level++) {
      count += SIDES[level].length * rows(level) * columns(level);
    }
    return count;
  }

  private int rows(int level) {
    return (height + STEPS[level] - 1) / STEPS[level];
  }

  private int columns(int level) {
    return (width + STEPS[level] - 1) / STEPS[level];
  }

  /**
   * The faces, surest first, each once.
   *
   * @param boxes raw, {@code [P,4]}
   * @param classes shares, {@code [P,2]}, of which the second is the face's
   * @param landmarks raw, {@code [P,10]}
   * @param threshold that a face's share must exceed
   */
  List<DetectedFace> faces(float[] boxes, float[] classes, float[] landmarks, double threshold) {
    List<DetectedFace> candidates = new ArrayList<>();
    int anchor = 0;
    for (int level = 0; level < STEPS.length; level++) {
      for (int place = 0; place < rows(level) * columns(level); place++) {
        int column = place % columns(level);
        int row = place / columns(level);
        double x = (column + 0.5) * STEPS[level];
        double y = (row + 0.5) * STEPS[level];
        for (int side : SIDES[level]) {
          float score = classes[CLASSES * anchor + 1];
          if (score > threshold) {
            DetectedFace face = face(new Anchor(x, y, side), boxes, landmarks, anchor, score);
            if (isFinite(face)) {
              candidates.add(face);
            }
          }
          anchor++;
        }
      }
    }
    return each(candidates);
  }

  private record Anchor(double x, double y, double side) {
    Point point(float right, float down) {
      return new Point(x + CENTRE_VARIANCE * right * side, y + CENTRE_VARIANCE * down * side);
    }
  }

  private static DetectedFace face(
      Anchor anchor, float[] boxes, float[] landmarks, int index, float score) {
    int box = BOX * index;
    Point centre = anchor.point(boxes[box], boxes[box + 1]);
    double width = anchor.side() * Math.exp(SIDE_VARIANCE * boxes[box + 2]);
    double height = anchor.side() * Math.exp(SIDE_VARIANCE * boxes[box + 3]);
    Point[] points = new Point[LANDMARKS / 2];
    for (int i = 0; i < points.length; i++) {
      int at = LANDMARKS * index + 2 * i;
      points[i] = anchor.point(landmarks[at], landmarks[at + 1]);
    }
    return new DetectedFace(
        centre.x() - width / 2,
        centre.y() - height / 2,
        width,
        height,
        new Landmarks(points[0], points[1], points[2], points[3], points[4]),
        Math.min(1, score));
  }

  // A damaged model may give anything, and everything after this counts on numbers.
  private static boolean isFinite(DetectedFace face) {
    return Double.isFinite(face.x())
        && Double.isFinite(face.y())
        && Double.isFinite(face.width())
        && Double.isFinite(face.height())
        && face.landmarks().points().stream()
            .allMatch(point -> Double.isFinite(point.x()) && Double.isFinite(point.y()));
  }

  /** Non-maximum suppression. */
  private static List<DetectedFace> each(List<DetectedFace> candidates) {
    candidates.sort(Comparator.comparingDouble(DetectedFace::confidence).reversed());
    List<DetectedFace> faces = new ArrayList<>();
    for (DetectedFace face : candidates.subList(0, Math.min(candidates.size(), MOST_CANDIDATES))) {
      if (faces.size() < MOST_FACES
          && faces.stream().allMatch(surer -> overlap(surer, face) <= OVERLAP)) {
        faces.add(face);
      }
    }
    return faces;
  }

  // RetinaFace counts a box's last pixel in.
  private static double overlap(DetectedFace a, DetectedFace b) {
    double right = Math.min(a.x() + a.width(), b.x() + b.width());
    double bottom = Math.min(a.y() + a.height(), b.y() + b.height());
    double shared =
        Math.max(0, right - Math.max(a.x(), b.x()) + 1)
            * Math.max(0, bottom - Math.max(a.y(), b.y()) + 1);
    return shared / (area(a) + area(b) - shared);
  }

  private static double area(DetectedFace face) {
    return (face.width() + 1) * (face.height() + 1);
  }
}
