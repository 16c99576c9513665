package io.gpenstreams.cli.demo.portrait;

import static java.lang.Math.abs;
import static java.lang.Math.exp;
import static java.lang.Math.max;
import static java.lang.Math.min;
import static java.lang.Math.pow;
import static java.lang.Math.sqrt;

/**
 * The shape of a head seen from the front, as a relief: how far each point comes towards the
 * viewer. Everything is in millimetres, x to the viewer's right, y down, from the point midway
 * between the pupils.
 */
final class Head {
  static final double CHIN = 116;
  static final double EYE = 31;

  private static final double[] PROFILE_Y = {
    -100, -75, -55, -35, -20, -6, 14, 38, 52, 66, 79, 95, 107, 117
  };
  private static final double[] PROFILE_Z = {
    -36, -15, -5, 1, 3, -1, -2, 4, 6.5, 6, 3.5, 4.5, 0, -16
  };
  private static final double[] BRIDGE_Y = {-16, -8, 0, 10, 20, 29, 35, 39, 43, 46.5, 50};
  private static final double[] BRIDGE_Z = {0, 1.8, 4, 7.5, 12, 16, 18, 17.6, 14, 6, 0};
  private static final double[] BRIDGE_W = {10, 8.5, 7.2, 7.2, 7.4, 7.8, 7.8, 7.4, 6.6, 6, 6};

  private static final double[] REAL_Y = {18, 32, 50.5, 67.5, 86, 101, 114};
  private static final double[] DRAWN_Y = {18, 30.6, 46.8, 61.3, 80, 98, 116};

  private final Noise noise;

  Head(Noise noise) {
    this.noise = noise;
  }

  /** Half the width of the face at a height. */
  static double halfWidth(double y) {
    if (y < 12) {
      double crown = min(0, y + 55);
      return 69.5 - 0.0006 * (y - 12) * (y - 12) - 0.008 * crown * crown;
    }
    double t = min(1, (y - 12) / (CHIN - 12));
    double jaw = 1.1 * bump(y - 74, 0, 17, 1) - 1.2 * bump(y - 48, 0, 16, 1);
    return 69.5 * pow(1 - pow(t, 2.2), 0.78) + jaw * smooth(0, 0.2, 1 - t);
  }

  /** Height of the skin, eyes closed; NaN beside the face. */
  double skin(double px, double py) {
    double x = px + 0.7 * noise.smooth(py / 45, 3);
    double y = proportion(py) + 0.7 * noise.smooth(px / 40, 8);
    double w = halfWidth(y);
    double q = abs(x) / max(w, 1e-6);
    if (q >= 1 || y > CHIN || y < -112) {
      return Double.NaN;
    }
    double a = abs(x);
    double side = x < 0 ? -1 : 1;
    double depth = min(74, 14 + w);
    double z = spline(PROFILE_Y, PROFILE_Z, y) - depth * (1 - sqrt(1 - pow(q, 2.45)));

    // brow, sockets, temples
    z += 2.6 * bump(a - 29, y + 19 + 0.004 * (a - 29) * (a - 29), 21, 6.5);
    z += 1.2 * bump(x, y + 20, 12, 9);
    z -= 4.6 * bump(a - 20, y + 3, 9, 9);
    z -= 5.5 * bump(a - 33, y + 1, 19, 13);
    z -= 2.0 * bump(a - 62, y + 28, 12, 20);
    // cheeks, lifted by the smile, and the hollows below
    z += 5.2 * bump(a - 40, y - 33, 21, 16);
    z += 2.6 * bump(a - 33, y - 40, 13, 11);
    z -= 1.8 * bump(a - 49, y - 62, 14, 18);
    z += 2.0 * bump(a - 41, y - 84, 13, 13);
    // muzzle and chin
    z += 1.7 * bump(x, y - 59, 30, 17);
    z += 4.6 * bump(x, y - 99, 18, 11);
    z -= 2.6 * bump(x, y - 81, 19, 4.5);
    z += 1.0 * bump(a - 8, y - 101, 9, 8);

    double fold = foldX(y);
    if (y > 34 && y < 84) {
      double fade = smooth(34, 44, y) * (1 - smooth(54, 76, y));
      double d = (a - fold) * 0.85;
      z += fade * (1.8 * d / (3.6 + abs(d)) * exp(-d * d / 190) - 1.05 * exp(-d * d / 5));
    }
    double marionette = 28.5 + (y - 62) * 0.16;
    if (y > 60 && y < 94) {
      double d = a - marionette;
      z -= smooth(60, 68, y) * (1 - smooth(72, 94, y)) * 0.9 * exp(-d * d / 12);
    }

    z = nose(x, y, z);
    z = lids(a - EYE, y, z);
    z = mouth(x, y, z);
    return z + lines(x, y, a, side);
  }

  private double nose(double x, double y, double base) {
    double z = base;
    double a = abs(x);
    if (y > -16 && y < 52 && a < 40) {
      double height = spline(BRIDGE_Y, BRIDGE_Z, y);
      double width = spline(BRIDGE_Y, BRIDGE_W, y);
      double q = x / width;
      z += height * (0.62 * exp(-q * q * 0.75) + 0.38 / (1 + q * q * q * q * 0.8));
      z += 2.6 * bump(a - 13, y - 24, 9, 12);
      z = blend(z, ball(x, y - 37, 9.4, 9.4, base + 7.6, 12.6), 6);
      z = blend(z, ball(a - 12.2, y - 41.2, 5.9, 5.8, base + 1.2, 8.6), 4);
      double groove = (a - 18.8) * (a - 18.8) / 3.2 + (y - 40) * (y - 40) / 40;
      z -= 1.7 * exp(-groove);
      z -= 3.2 * bump(a - 7, y - 45.2, 4.2, 1.9);
    }
    z -= 1.3 * bump(x, y - 51, 2.6, 4.5);
    z += 0.7 * bump(a - 4.6, y - 51, 2.2, 4.5);
    return z;
  }

  private static double lids(double e, double y, double base) {
    if (abs(e) > 30 || y < -26 || y > 26) {
      return base;
    }
    double z = blend(base, ball(e + 0.5, y + 0.3, 17.5, 14.5, -19.5, 13.4), 5);
    double across = smooth(-19, -10, e) * (1 - smooth(13, 21, e));
    double crease = y - (upperLid(e) - 3.4 + 0.5 * smooth(4, 14, e));
    z -= across * 1.7 * exp(-crease * crease / 1.2);
    z += across * 0.95 * exp(-(crease + 3.4) * (crease + 3.4) / 9);
    double rim = y - lowerLid(e);
    z += across * 0.55 * exp(-(rim - 1.3) * (rim - 1.3) / 1.6);
    z -= across * 0.7 * exp(-(rim - 4.2) * (rim - 4.2) / 1.8);
    z += across * 1.1 * exp(-(rim - 8.2) * (rim - 8.2) / 10);
    z -= across * 1.35 * exp(-(rim - 12.6 + 0.12 * e) * (rim - 12.6 + 0.12 * e) / 4);
    return z;
  }

  private static double mouth(double x, double y, double base) {
    double a = abs(x);
    if (a > 40 || y < 46 || y > 80) {
      return base;
    }
    double z = base;
    double parting = parting(x);
    double upper = (parting - y) / max(0.6, parting - lipTop(x));
    double lower = (y - parting) / max(0.6, lipBottom(x) - parting);
    double taper = sqrt(max(0, 1 - a / 24.8));
    if (upper > 0) {
      double v = upper - 0.42;
      z += taper * 2.7 * exp(-v * v / 0.34);
      z += taper * 0.5 * exp(-(upper - 1.02) * (upper - 1.02) / 0.02);
    } else {
      double v = lower - 0.48;
      z += taper * 3.7 * exp(-v * v / 0.32);
      z -= taper * 0.8 * exp(-(lower - 1.3) * (lower - 1.3) / 0.06);
    }
    double d = y - parting;
    z -= (0.35 + 0.65 * taper) * 2.1 * exp(-d * d / 0.9) * (1 - smooth(23, 27, a));
    z -= 2.0 * bump(a - 26.5, y - parting(26.5), 3.4, 3.8);
    return z;
  }

  /** Lines that a life leaves: forehead, laughter, worry. */
  private double lines(double x, double y, double a, double side) {
    double z = 0;
    if (y < -26 && y > -64) {
      for (int line = 0; line < 3; line++) {
        double at =
            -36.5
                - 8.2 * line
                + 1.9 * noise.smooth(x / 17, 40 + line)
                + 0.0016 * x * x * (1 - line);
        double d = y - at;
        double reach = 44 - 5 * line + 5 * noise.smooth(line, 2);
        double fade = (1 - smooth(reach - 18, reach, a)) * (0.6 + 0.4 * noise.smooth(x / 9, line));
        z -= fade * (0.72 * exp(-d * d / 0.9) - 0.34 * exp(-d * d / 14));
      }
    }
    if (y > -30 && y < -6 && a < 12) {
      double d = a - 5.4 - 0.08 * (y + 30);
      z -= 0.22 * smooth(-30, -24, y) * (1 - smooth(-14, -6, y)) * exp(-d * d / 1.1);
    }
    double e = a - EYE;
    if (e > 13 && e < 32 && abs(y) < 24) {
      double t = e - 15.5;
      for (int line = 0; line < 4; line++) {
        double slope = -0.62 + 0.42 * line + 0.06 * side;
        double d = y - (-1 + 1.3 * (line - 1.5) + slope * t + 0.014 * t * t * (line - 1.2));
        double fade = smooth(0, 4, t) * (1 - smooth(7 + 2 * (line % 2), 15, t));
        z -= fade * (0.52 * exp(-d * d / 0.6) - 0.26 * exp(-d * d / 6));
      }
    }
    if (e > -14 && e < 20 && y > 5 && y < 22) {
      double d = noise.smooth(x * 0.12 + y * 0.10 * side, y * 0.85 - a * 0.13);
      z += 0.32 * d * smooth(6, 9, y) * (1 - smooth(15, 22, y));
    }
    if (a > 44 && a < 66 && y > 22 && y < 78) {
      double d = noise.smooth((a + 0.22 * y) * 0.36, y * 0.03 + side);
      z += 0.30 * d * smooth(44, 52, a) * smooth(22, 36, y) * (1 - smooth(60, 78, y));
    }
    if (a < 22 && y > 47 && y < 57) {
      double d = noise.smooth((x + 0.12 * x * (57 - y) / 10) * 0.62, 77);
      z += 0.18 * d * smooth(47, 51, y);
    }
    return z;
  }

  /** The height at which the shapes below are defined for a height in the picture. */
  static double proportion(double y) {
    return y < 18 ? y : spline(REAL_Y, DRAWN_Y, y) + Math.max(0, y - 114);
  }

  /** Where the fold between nose and mouth runs at a height. */
  static double foldX(double y) {
    double t = (y - 38) / 30;
    return 19.5 + 13.5 * t - 1.2 * t * t;
  }

  /** Edge of the upper lid; e is the distance outwards from the pupil. */
  static double upperLid(double e) {
    double t = min(1, max(0, (e + 15.2) / 30.8));
    double arch = pow(4 * t * (1 - t), 0.62) * (1 + 0.13 * (0.5 - t));
    return 1.6 - 2.6 * t - 4.7 * arch;
  }

  /** Edge of the lower lid. */
  static double lowerLid(double e) {
    double t = min(1, max(0, (e + 15.2) / 30.8));
    double arch = pow(4 * t * (1 - t), 0.8) * (1 - 0.28 * (0.5 - t));
    return 1.6 - 2.6 * t + 4.1 * arch;
  }

  /** The line between the lips, its corners lifted by a smile. */
  static double parting(double x) {
    double t = min(1.1, abs(x) / 24.8);
    return 61.3
        - 3.3 * t * t
        + 0.9 * exp(-x * x / 16)
        - 0.5 * exp(-(abs(x) - 9) * (abs(x) - 9) / 30);
  }

  /** Upper border of the upper lip. */
  static double lipTop(double x) {
    double t = min(1, abs(x) / 24.8);
    double lift = 1 - pow(t, 1.55);
    return parting(24.8)
        + 0.2
        - 3.3 * lift
        + 1.3 * exp(-x * x / 9)
        - 0.5 * exp(-(abs(x) - 6) * (abs(x) - 6) / 9);
  }

  /** Lower border of the lower lip. */
  static double lipBottom(double x) {
    double t = min(1, abs(x) / 23.9);
    return parting(24.8) + 12.0 * pow(1 - pow(t, 2.1), 0.75);
  }

  static double bump(double dx, double dy, double sx, double sy) {
    double q = dx * dx / (sx * sx) + dy * dy / (sy * sy);
    return q > 10 ? 0 : exp(-q);
  }

  /** An ellipsoid's front; outside its outline it falls away steeply. */
  private static double ball(double dx, double dy, double rx, double ry, double z, double rz) {
    double q = 1 - dx * dx / (rx * rx) - dy * dy / (ry * ry);
    return q > 0.01 ? z + rz * sqrt(q) : z + rz * (0.1 + (q - 0.01) * 5);
  }

  /** The larger of two heights, rounded over a distance where they meet. */
  private static double blend(double a, double b, double k) {
    double h = max(0, k - abs(a - b)) / k;
    return max(a, b) + h * h * k / 4;
  }

  static double smooth(double from, double to, double v) {
    double t = min(1, max(0, (v - from) / (to - from)));
    return t * t * (3 - 2 * t);
  }

  /** A smooth curve through the points, flat beyond their ends. */
  static double spline(double[] xs, double[] ys, double x) {
    int n = xs.length;
    if (x <= xs[0]) {
      return ys[0];
    }
    if (x >= xs[n - 1]) {
      return ys[n - 1];
    }
    int i = 0;
    while (x > xs[i + 1]) {
      i++;
    }
    double h = xs[i + 1] - xs[i];
    double t = (x - xs[i]) / h;
    double m0 = i == 0 ? (ys[1] - ys[0]) / h : (ys[i + 1] - ys[i - 1]) / (xs[i + 1] - xs[i - 1]);
    double m1 = i + 2 == n ? (ys[i + 1] - ys[i]) / h : (ys[i + 2] - ys[i]) / (xs[i + 2] - xs[i]);
    double t2 = t * t;
    double t3 = t2 * t;
    return (2 * t3 - 3 * t2 + 1) * ys[i]
        + (t3 - 2 * t2 + t) * h * m0
        + (3 * t2 - 2 * t3) * ys[i + 1]
        + (t3 - t2) * h * m1;
  }
}
