package io.gpenstreams.cli.demo.portrait;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a studio's lamps do to a scene: a large soft lamp from the upper left, whose shadows are
 * traced, and light from all sides, of which hollows receive less.
 */
final class Light {
  static final double[] KEY = unit(-0.50, -0.66, 0.72);
  static final double[] KEY_HALF = unit(KEY[0], KEY[1], KEY[2] + 1);
  static final double[] KEY_COLOUR = {1.85, 1.70, 1.52};
  static final double[] FILL = unit(0.72, -0.12, 0.68);
  static final double[] FILL_HALF = unit(FILL[0], FILL[1], FILL[2] + 1);
  static final double[] FILL_COLOUR = {0.27, 0.265, 0.26};
  static final double[] RIM = unit(0.86, -0.42, -0.12);
  static final double[] ROOM_COLOUR = {0.20, 0.19, 0.18};

  /** Shadows are soft: they are traced for every second pixel only. */
  private static final int COARSE = 2;

  private static final int LAMPS = 9;
  private static final int WAYS = 9;
  private static final double FAR = -1e6;

  private final int width;
  private final int height;
  private final float[] z;
  private final float[] key;
  private final float[] open;

  /** Traces the shadows that surfaces cast on themselves and each other. */
  Light(List<Relief> reliefs, int fullWidth, int fullHeight, Noise noise) {
    width = fullWidth / COARSE;
    height = fullHeight / COARSE;
    z = new float[width * height];
    key = new float[width * height];
    open = new float[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int full = y * COARSE * fullWidth + x * COARSE;
        float nearest = (float) FAR;
        for (Relief relief : reliefs) {
          if (relief.covers(full)) {
            nearest = Math.max(nearest, relief.z[full] / COARSE);
          }
        }
        z[y * width + x] = nearest;
      }
    }
    IntStream.range(0, height).parallel().forEach(y -> trace(y, noise));
    LinearImage.blur(key, width, height, 1.6);
    LinearImage.blur(open, width, height, 2.0);
  }

  private void trace(int y, Noise noise) {
    for (int x = 0; x < width; x++) {
      int i = y * width + x;
      if (z[i] == (float) FAR) {
        key[i] = 1;
        open[i] = 1;
        continue;
      }
      double turn = noise.white(x, y);
      double lit = 0;
      for (int lamp = 0; lamp < LAMPS; lamp++) {
        double angle = (lamp + turn) * 2.39996;
        double spread = 0.30 * Math.sqrt((lamp + 0.5) / LAMPS);
        double dx = KEY[0] + spread * Math.cos(angle);
        double dy = KEY[1] + spread * Math.sin(angle);
        double flat = Math.sqrt(dx * dx + dy * dy);
        lit += lampSeen(x, y, dx / flat, dy / flat, KEY[2] / flat, turn);
      }
      key[i] = (float) (lit / LAMPS);
      double sky = 0;
      for (int way = 0; way < WAYS; way++) {
        sky += skySeen(x, y, (way + turn) * 2 * Math.PI / WAYS, turn);
      }
      open[i] = (float) (sky / WAYS);
    }
  }

  private double lampSeen(int x, int y, double dx, double dy, double rise, double turn) {
    double from = z[y * width + x] + 0.6;
    double far = 1.5 + turn;
    double hidden = 0;
    for (int step = 0; step < 22; step++) {
      int sx = (int) (x + far * dx);
      int sy = (int) (y + far * dy);
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) {
        break;
      }
      double over = z[sy * width + sx] - from - far * rise;
      if (over > 0) {
        hidden = Math.max(hidden, over / (0.8 + 0.05 * far));
        if (hidden >= 1) {
          return 0;
        }
      }
      far += 1 + far * 0.13;
    }
    return 1 - hidden;
  }

  private double skySeen(int x, int y, double angle, double turn) {
    double from = z[y * width + x];
    double dx = Math.cos(angle);
    double dy = Math.sin(angle);
    double steepest = 0;
    double far = 2 + turn;
    for (int step = 0; step < 8; step++) {
      int sx = (int) (x + far * dx);
      int sy = (int) (y + far * dy);
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) {
        break;
      }
      steepest = Math.max(steepest, (z[sy * width + sx] - from) / far / (1 + far * 0.012));
      far *= 1.55;
    }
    return 1 - steepest / Math.sqrt(1 + steepest * steepest);
  }

  /** How much of the key lamp a pixel sees, from 0 to 1. */
  double key(double x, double y) {
    return sample(key, x, y);
  }

  /** How much of the surroundings a pixel sees, from 0 to 1. */
  double open(double x, double y) {
    return sample(open, x, y);
  }

  private double sample(float[] plane, double fullX, double fullY) {
    double x = Math.min(width - 1.001, Math.max(0, fullX / COARSE));
    double y = Math.min(height - 1.001, Math.max(0, fullY / COARSE));
    int ix = (int) x;
    int iy = (int) y;
    double fx = x - ix;
    double fy = y - iy;
    int i = iy * width + ix;
    double top = plane[i] + fx * (plane[i + 1] - plane[i]);
    double bottom = plane[i + width] + fx * (plane[i + width + 1] - plane[i + width]);
    return top + fy * (bottom - top);
  }

  /** The cosine between a lamp's direction and another, no less than 0. */
  static double facing(double[] lamp, double[] normal) {
    return Math.max(0, dot(lamp, normal[0], normal[1], normal[2]));
  }

  static double dot(double[] a, double x, double y, double z) {
    return a[0] * x + a[1] * y + a[2] * z;
  }

  private static double[] unit(double x, double y, double z) {
    double length = Math.sqrt(x * x + y * y + z * z);
    return new double[] {x / length, y / length, z / length};
  }
}
