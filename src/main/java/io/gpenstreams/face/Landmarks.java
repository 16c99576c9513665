package io.gpenstreams.face;

import java.util.List;

/**
 * The five points that alignment works on, in pixels of whichever picture they belong to; left and
 * right as seen in the picture.
 */
public record Landmarks(
    Point leftEye, Point rightEye, Point nose, Point leftMouth, Point rightMouth) {

  /** A place in a picture, in pixels from the centre of its first one. */
  public record Point(double x, double y) {}

  /** In the order of the event contract. */
  public List<Point> points() {
    return List.of(leftEye, rightEye, nose, leftMouth, rightMouth);
  }

  /** The same points in another picture. */
  public Landmarks through(Similarity transform) {
    return new Landmarks(
        transform.apply(leftEye),
        transform.apply(rightEye),
        transform.apply(nose),
        transform.apply(leftMouth),
        transform.apply(rightMouth));
  }
}
