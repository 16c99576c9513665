package io.gpenstreams.face;

import io.gpenstreams.face.Landmarks.Point;

/** Where GPEN's training put the five landmarks of a face in its square crop. */
public final class FaceTemplate {
  private static final double REFERENCE_SIZE = 512;
  private static final Landmarks REFERENCE =
      new Landmarks(
          new Point(202.04068428190476, 242.8839634590476),
          new Point(309.43024554666664, 242.28998092190477),
          new Point(256.07679966476195, 303.9591703771428),
          new Point(211.9597749333333, 366.82819474285714),
          new Point(300.8911249066667, 366.33630951619045));

  private final int size;
  private final Landmarks landmarks;

  /**
   * The template for a crop.
   *
   * @param size side of the crop in pixels
   */
  public FaceTemplate(int size) {
    this.size = size;
    double factor = size / REFERENCE_SIZE;
    this.landmarks = REFERENCE.through(new Similarity(factor, 0, 0, 0));
  }

  /** Side of the crop in pixels. */
  public int size() {
    return size;
  }

  /** In pixels of the crop. */
  public Landmarks landmarks() {
    return landmarks;
  }

  /** From the photo that these landmarks were found in to the crop. */
  public Similarity align(Landmarks found) {
    return Similarity.fit(found.points(), landmarks.points());
  }
}
