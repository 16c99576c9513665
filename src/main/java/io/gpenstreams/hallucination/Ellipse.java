package io.gpenstreams.hallucination;

import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Landmarks.Point;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An upright ellipse; the regions of a face are made of them, sized by the distance between the
 * eyes.
 */
record Ellipse(double x, double y, double radiusX, double radiusY) {
  /** The outline of the face; places in no other region are skin. */
  static final String SKIN = "skin";

  boolean contains(double px, double py) {
    double dx = (px - x) / radiusX;
    double dy = (py - y) / radiusY;
    return dx * dx + dy * dy <= 1;
  }

  /** The regions of the event contract, on a grid with {@code toGrid} cells per crop pixel. */
  static Map<String, Ellipse> ofFace(Landmarks landmarks, double toGrid) {
    Point left = landmarks.leftEye();
    Point right = landmarks.rightEye();
    Point mouth = middle(landmarks.leftMouth(), landmarks.rightMouth());
    Point eyes = middle(left, right);
    double unit = Math.max(1e-3, Math.hypot(right.x() - left.x(), right.y() - left.y()));
    double mouthWidth =
        Math.hypot(
            landmarks.rightMouth().x() - landmarks.leftMouth().x(),
            landmarks.rightMouth().y() - landmarks.leftMouth().y());
    Map<String, Ellipse> regions = new LinkedHashMap<>();
    regions.put("leftEye", at(left, 0.36 * unit, 0.26 * unit, toGrid));
    regions.put("rightEye", at(right, 0.36 * unit, 0.26 * unit, toGrid));
    regions.put("nose", at(landmarks.nose(), 0.30 * unit, 0.36 * unit, toGrid));
    regions.put("mouth", at(mouth, Math.max(0.3 * unit, 0.65 * mouthWidth), 0.30 * unit, toGrid));
    Point centre = middle(eyes, mouth);
    regions.put(SKIN, at(centre, 1.15 * unit, 1.55 * unit, toGrid));
    return regions;
  }

  /**
   * The first region that holds a place inside the face.
   *
   * @param regions of {@link #ofFace}, in order; the last is all of the face
   */
  static int firstAt(Ellipse[] regions, double x, double y) {
    int region = 0;
    while (region < regions.length - 1 && !regions[region].contains(x, y)) {
      region++;
    }
    return region;
  }

  private static Point middle(Point a, Point b) {
    return new Point((a.x() + b.x()) / 2, (a.y() + b.y()) / 2);
  }

  private static Ellipse at(Point centre, double radiusX, double radiusY, double toGrid) {
    return new Ellipse(
        centre.x() * toGrid, centre.y() * toGrid, radiusX * toGrid, radiusY * toGrid);
  }
}
