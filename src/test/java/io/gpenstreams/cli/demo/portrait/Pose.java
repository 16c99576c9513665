package io.gpenstreams.cli.demo.portrait;

/**
 * How the sitter is placed in the picture. The body's coordinates are millimetres from the middle
 * of the face; the head's are the same, tilted about the chin.
 */
final class Pose {
  /** Pixels per millimetre. */
  static final double SCALE = 2.8;

  private static final double CENTRE_X = 478;
  private static final double CENTRE_Y = 505;
  private static final double TILT = Math.toRadians(-2.5);
  private static final double COS = Math.cos(TILT);
  private static final double SIN = Math.sin(TILT);
  private static final double PIVOT = 112;

  private Pose() {}

  static double bodyX(double px) {
    return (px - CENTRE_X) / SCALE;
  }

  static double bodyY(double py) {
    return (py - CENTRE_Y) / SCALE;
  }

  static double headX(double px, double py) {
    return COS * bodyX(px) - SIN * (bodyY(py) - PIVOT);
  }

  static double headY(double px, double py) {
    return SIN * bodyX(px) + COS * (bodyY(py) - PIVOT) + PIVOT;
  }

  static double bodyPixelX(double x) {
    return CENTRE_X + SCALE * x;
  }

  static double bodyPixelY(double y) {
    return CENTRE_Y + SCALE * y;
  }

  static double headPixelX(double x, double y) {
    return CENTRE_X + SCALE * (COS * x + SIN * (y - PIVOT));
  }

  static double headPixelY(double x, double y) {
    return CENTRE_Y + SCALE * (-SIN * x + COS * (y - PIVOT) + PIVOT);
  }
}
