package io.gpenstreams.cli.demo.portrait;

/** A dark dress with a scalloped collar, and a string of pearls. */
final class Attire {
  private static final double[] DRESS = {0.021, 0.026, 0.041};
  private static final double[] COLLAR = {0.53, 0.49, 0.415};
  private static final int PEARLS = 37;
  private static final int SCALLOPS = 23;

  private final LinearImage canvas;
  private final Noise noise;

  Attire(LinearImage canvas, Noise noise) {
    this.canvas = canvas;
    this.noise = noise;
  }

  /** The neck and what the dress leaves open, as a relief; it meets the collar. */
  double neck(double x, double y) {
    if (y < 50 || y > 215) {
      return Double.NaN;
    }
    double half = 43 + 0.0022 * (y - 100) * (y - 100) + 22 * Head.smooth(100, 135, y);
    double q = Math.abs(x) / half;
    if (q >= 1) {
      return Double.NaN;
    }
    double z = -60 + 0.20 * (y - 100) - 42 * (1 - Math.sqrt(1 - q * q));
    double cord = Math.abs(x) - (38 - (y - 100) * 0.44);
    z += 2.6 * Math.exp(-cord * cord / 60);
    z -= 2.4 * Head.bump(x, y - 168, 9, 9);
    return z + 0.5 * noise.smooth(x / 30, y / 3.6 + 0.0005 * x * x) * Head.smooth(112, 130, y);
  }

  /** The dress and its collar, as a relief. */
  double dress(double x, double y) {
    double a = Math.abs(x);
    double wide = Math.max(0, a - 90);
    double top = 118 + 0.40 * Math.max(0, a - 40) + 0.0012 * wide * wide;
    double neckline = neckline(x, y);
    if (y < top || neckline < 1) {
      return Double.NaN;
    }
    double z = -80 + 52 * (1 - Math.exp((top - y) / 26)) + 0.10 * (y - top) - 0.0026 * x * x;
    z += 5.5 * noise.fractal(x / 46 + y / 120, y / 95 - a / 140, 2);
    double collar = collar(x, y);
    if (collar > 0) {
      double folds =
          0.8 * noise.smooth(x / 11, y / 11)
              + 0.9 * Math.sin(around(x, y) * 11 + 2 * noise.smooth(x / 20, y / 20));
      z += 3.4 * Math.sqrt(Math.min(1, collar / 3.2));
      z += 5 * Math.exp((1 - neckline) * 9) + folds * Head.smooth(0, 4, collar);
    }
    return z;
  }

  private static double neckline(double x, double y) {
    return Math.sqrt(x * x / (58 * 58) + (y - 124) * (y - 124) / (47 * 47));
  }

  private static double around(double x, double y) {
    return Math.atan2(x, y - 124);
  }

  /** Distance inwards from the collar's edge. */
  private static double collar(double x, double y) {
    double scallop = 2.2 * Math.abs(Math.sin(around(x, y) * SCALLOPS));
    double edge = (1.62 - neckline(x, y)) * 50 + scallop - 2;
    double down = Math.max(0, y - 171);
    return Math.min(edge, Math.abs(x) - 1.2 - 0.010 * down * down);
  }

  /** Paints the dress. */
  void paint(Relief relief, Light light) {
    float[] cover = relief.cover();
    canvas.rows(
        py -> {
          double[] n = new double[3];
          for (int px = 0; px < canvas.width; px++) {
            int i = py * canvas.width + px;
            if (cover[i] > 0) {
              relief.normal(i, n);
              cloth(i, px, py, n, cover[i], light);
            }
          }
        });
  }

  private void cloth(int i, int px, int py, double[] n, double cover, Light light) {
    double x = Pose.bodyX(px);
    double y = Pose.bodyY(py);
    double collar = collar(x, y);
    double[] colour = collar > 0 ? COLLAR : DRESS;
    double weave;
    if (collar > 0) {
      double eyelet = Math.abs(Math.sin(around(x, y) * SCALLOPS));
      double band = Math.exp(-(collar - 3.1) * (collar - 3.1) / 0.7);
      double thread = 1 + 0.05 * noise.smooth(px / 1.6, py / 1.6);
      weave = thread * (1 - 0.6 * band * Head.smooth(0.35, 0.8, eyelet));
    } else {
      double drift = 2 * noise.smooth(px / 60.0, py / 60.0);
      weave =
          1
              + 0.20 * Math.sin(px * 1.1 + drift) * Math.sin(py * 1.1)
              + 0.22 * noise.smooth(px / 1.8, py / 1.8);
    }
    double open = light.open(px, py);
    double key = Light.facing(Light.KEY, n) * light.key(px, py);
    double fill = Light.facing(Light.FILL, n) * open;
    double nap = (collar > 0 ? 0.05 : 0.8) * Math.pow(1 - n[2], 3) * open;
    double[] lit = new double[3];
    for (int c = 0; c < 3; c++) {
      double energy =
          Light.KEY_COLOUR[c] * key
              + Light.FILL_COLOUR[c] * fill
              + Light.ROOM_COLOUR[c] * open * open;
      lit[c] = colour[c] * (weave * energy + nap);
    }
    canvas.mix(i, lit[0], lit[1], lit[2], cover);
  }

  /** Lays the string of pearls around the neck, and one where the collar closes. */
  void pearls(Light light) {
    for (int pass = 0; pass < 2; pass++) {
      boolean shadow = pass == 0;
      for (int i = 0; i < PEARLS; i++) {
        double angle = Math.toRadians(-84 + 168.0 * i / (PEARLS - 1));
        double x = 50.5 * Math.sin(angle);
        double y = 113 + 43 * Math.cos(angle) + 0.6 * noise.smooth(i, 70);
        pearl(x, y, 2.5 + 0.93 * Math.cos(angle), light, shadow);
      }
      pearl(0, 173.5, 4.1, light, shadow);
    }
  }

  private void pearl(double x, double y, double size, Light light, boolean shadow) {
    double cx = Pose.bodyPixelX(x);
    double cy = Pose.bodyPixelY(y);
    double radius = Pose.SCALE * size;
    int reach = (int) (radius * 2.4);
    double[] n = new double[3];
    for (int py = (int) cy - reach; py <= cy + reach; py++) {
      for (int px = (int) cx - reach; px <= cx + reach; px++) {
        int i = py * canvas.width + px;
        n[0] = (px - cx) / radius;
        n[1] = (py - cy) / radius;
        if (shadow) {
          canvas.mix(i, 0, 0, 0, 0.42 * Head.bump(n[0] - 0.45, n[1] - 0.6, 1, 1));
          continue;
        }
        double q = n[0] * n[0] + n[1] * n[1];
        n[2] = Math.sqrt(Math.max(0, 1 - q));
        double seen = light.key(px, py);
        double v =
            0.13
                + 0.42 * Light.facing(Light.KEY, n) * seen
                + 0.12 * light.open(px, py) * (1 - n[1])
                + 0.12 * n[2] * Math.max(0, n[1]);
        double gloss = 1.6 * Head.bump(n[0] + 0.32, n[1] + 0.36, 0.2, 0.2) * (0.25 + 0.75 * seen);
        double cover = 0.5 + (1 - Math.sqrt(q)) * radius;
        canvas.mix(i, v * 1.06 + gloss, v * 0.97 + gloss, v * 0.84 + gloss, cover);
      }
    }
  }
}
