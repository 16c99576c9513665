package io.gpenstreams.face;

import java.util.Comparator;

/**
 * A face in a photo, in the photo's upright pixels.
 *
 * @param x left side of its box
 * @param y top of its box
 * @param confidence 0…1
 */
public record DetectedFace(
    double x, double y, double width, double height, Landmarks landmarks, double confidence) {

  // The cascade's threads hand their finds over in any order; faces it is as sure of must not swap.
  static final Comparator<DetectedFace> SUREST_FIRST =
      Comparator.comparingDouble(DetectedFace::confidence)
          .reversed()
          .thenComparingDouble(DetectedFace::y)
          .thenComparingDouble(DetectedFace::x);

  /** The box's shorter side in pixels. */
  public double size() {
    return Math.min(width, height);
  }

  /** The same face with other landmarks. */
  DetectedFace with(Landmarks others) {
    return new DetectedFace(x, y, width, height, others, confidence);
  }

  /** The same face in a picture whose pixels are {@code 1 / factor} as large. */
  DetectedFace scaled(double factor) {
    return new DetectedFace(
        x * factor,
        y * factor,
        width * factor,
        height * factor,
        landmarks.through(Similarity.scale(factor)),
        confidence);
  }
}
