package io.gpenstreams.cli.demo.portrait;

/** A surface as the viewer sees it: a height in pixels at every pixel, NaN where it is not. */
final class Relief {
  final float[] z;
  private final int width;
  private final int height;

  /** A surface with given heights. */
  Relief(float[] z, int width, int height) {
    this.z = z;
    this.width = width;
    this.height = height;
  }

  /** A surface in millimetres over a place in pixels. */
  interface Shape {
    double at(double px, double py);
  }

  /** Samples a shape at all pixels of a canvas. */
  static Relief of(LinearImage canvas, Shape shape) {
    float[] z = new float[canvas.width * canvas.height];
    canvas.rows(
        y -> {
          for (int x = 0; x < canvas.width; x++) {
            z[y * canvas.width + x] = (float) (Pose.SCALE * shape.at(x, y));
          }
        });
    return new Relief(z, canvas.width, canvas.height);
  }

  boolean covers(int i) {
    return !Float.isNaN(z[i]);
  }

  /** Stores the direction that the surface faces. */
  void normal(int i, double[] out) {
    double dx = slope(i, 1);
    double dy = slope(i, width);
    double length = Math.sqrt(dx * dx + dy * dy + 1);
    out[0] = -dx / length;
    out[1] = -dy / length;
    out[2] = 1 / length;
  }

  private double slope(int i, int step) {
    boolean before = i >= step && covers(i - step);
    boolean after = i + step < z.length && covers(i + step);
    if (before && after) {
      return (z[i + step] - z[i - step]) / 2;
    }
    if (before) {
      return z[i] - z[i - step];
    }
    return after ? z[i + step] - z[i] : 0;
  }

  /** How much of each pixel the surface covers, softened along its edge. */
  float[] cover() {
    float[] cover = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      cover[i] = covers(i) ? 1 : 0;
    }
    LinearImage.blur(cover, width, height, 1);
    for (int i = 0; i < z.length; i++) {
      cover[i] = covers(i) ? Math.min(1, Math.max(0, 2 * cover[i] - 0.9f)) : 0;
    }
    return cover;
  }
}
