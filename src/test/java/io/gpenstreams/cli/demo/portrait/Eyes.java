package io.gpenstreams.cli.demo.portrait;

import io.gpenstreams.cli.demo.portrait.LinearImage.Stroke;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Paints eyes into the closed lids of the head, and lashes and brows around them. */
final class Eyes {
  private static final double[] LASH = {0.03, 0.022, 0.018};
  private static final double[] BROW = {1.0, 0.86, 0.74};

  private final LinearImage canvas;
  private final Light light;
  private final Noise noise;
  private final SplittableRandom random;

  Eyes(LinearImage canvas, Light light, Noise noise, SplittableRandom random) {
    this.canvas = canvas;
    this.light = light;
    this.noise = noise;
    this.random = random;
  }

  void paint() {
    List<Stroke> strokes = new ArrayList<>();
    for (int side = -1; side <= 1; side += 2) {
      eye(side);
      lashes(side, strokes);
      brow(side, strokes);
    }
    canvas.draw(strokes);
  }

  private void eye(int side) {
    double centre = side * Head.EYE;
    int left = (int) Pose.headPixelX(centre, 0) - 60;
    int top = (int) Pose.headPixelY(centre, 0) - 50;
    for (int py = top; py < top + 100; py++) {
      for (int px = left; px < left + 120; px++) {
        double x = Pose.headX(px, py) - centre;
        double y = Pose.headY(px, py);
        double outwards = x * side;
        if (Math.abs(outwards) < 17) {
          pixel(px, py, x, y, outwards);
        }
      }
    }
  }

  private void pixel(int px, int py, double x, double y, double outwards) {
    int i = py * canvas.width + px;
    double below = y - Head.upperLid(outwards);
    double above = Head.lowerLid(outwards) - y;
    double fade = Head.smooth(-15, -11, outwards) * (1 - Head.smooth(14.5, 17, outwards));
    canvas.mix(
        i, 0.030, 0.020, 0.016, Math.exp(-(below + 0.15) * (below + 0.15) / 0.55) * fade * 0.8);
    canvas.mix(i, 0.17, 0.10, 0.085, Math.exp(-(above + 0.5) * (above + 0.5) / 0.5) * fade * 0.42);
    double inside = Math.min(below, above);
    if (inside < -0.3) {
      return;
    }
    double[] colour = eyeball(x - 0.3, y - 0.2, outwards);
    double lids =
        (1 - 0.80 * Math.exp(-Math.max(0, below) / 1.9))
            * (1 - 0.30 * Math.exp(-Math.max(0, above) / 0.9))
            * (1 - 0.35 * Head.smooth(8, 15, Math.abs(outwards)));
    double lit = lids * (0.55 + 0.45 * light.key(px, py));
    canvas.mix(
        i,
        colour[0] * lit + colour[3],
        colour[1] * lit + colour[3],
        colour[2] * lit + colour[3],
        Head.smooth(-0.25, 0.3, inside));
    double tear = above - 0.35;
    canvas.mix(
        i, 0.9, 0.85, 0.8, Math.exp(-tear * tear / 0.06) * 0.16 * Head.smooth(-12, -4, outwards));
  }

  /** Colour of the eyeball at a distance from the pupil, and what the lamp adds by reflection. */
  private double[] eyeball(double x, double y, double outwards) {
    double r = Math.sqrt(x * x + y * y);
    double nx = x / 12.4;
    double ny = y / 12.4;
    double nz = Math.sqrt(Math.max(0.05, 1 - nx * nx - ny * ny));
    double vein = Math.pow(Math.max(0, noise.smooth(x * 0.35 + 30, y * 1.6)), 3);
    double corner = Head.smooth(9, 14.5, Math.abs(outwards));
    double[] colour = {
      0.47 - 0.03 * vein, 0.40 - 0.10 * vein - 0.12 * corner, 0.36 - 0.10 * vein - 0.13 * corner, 0
    };
    blend(colour, Head.bump(outwards + 13.6, y - 0.6, 1.9, 1.8), 0.48, 0.24, 0.21);

    double iris = 1 - Head.smooth(5.85, 6.4, r);
    double angle = Math.atan2(y, x);
    double fibre =
        0.5
            + 0.5 * noise.smooth(angle * 13 + 40, r * 0.35)
            + 0.3 * noise.smooth(angle * 27 + 40, r * 0.7);
    double ring = Head.smooth(4.5, 6.1, r);
    double inner = Math.exp(-(r - 3.0) * (r - 3.0) / 0.7);
    // The cornea gathers the lamp's light on the far side of the iris.
    double gathered = 0.75 + 0.85 * Math.max(0, (x * 0.5 + y * 0.62) / 6);
    double strength = (0.55 + 0.55 * fibre) * (1 - 0.72 * ring) * gathered;
    blend(
        colour,
        iris,
        (0.125 + 0.07 * inner) * strength,
        (0.150 + 0.02 * inner) * strength,
        (0.165 - 0.03 * inner) * strength);
    blend(colour, 1 - Head.smooth(2.2, 2.7, r), 0.006, 0.006, 0.007);

    double diffuse = 0.55 + 0.75 * Math.max(0, Light.dot(Light.KEY, nx, ny, nz));
    for (int c = 0; c < 3; c++) {
      colour[c] *= diffuse;
    }
    double wx = x + 2.1;
    double wy = 0.9 * (y + 2.2 + 0.1 * x);
    double lamp = 1 - Head.smooth(0.8, 1.35, Math.pow(Math.pow(wx, 4) + Math.pow(wy, 4), 0.25));
    double second = 0.16 * Head.bump(x - 2.6, y - 2.5, 1.3, 1.0);
    double wet = Math.pow(Math.max(0, Light.dot(Light.KEY_HALF, nx, ny, nz)), 60) * (1 - iris);
    colour[3] = 1.25 * lamp + second + 0.10 * wet;
    return colour;
  }

  private static void blend(double[] colour, double cover, double red, double green, double blue) {
    colour[0] += cover * (red - colour[0]);
    colour[1] += cover * (green - colour[1]);
    colour[2] += cover * (blue - colour[2]);
  }

  private void lashes(int side, List<Stroke> strokes) {
    for (int lash = 0; lash < 74; lash++) {
      boolean upper = lash < 52;
      double root = -11 + 25.5 * random.nextDouble();
      double length =
          (upper ? 3.6 + 1.8 * Head.smooth(-4, 12, root) : 1.9) * (0.7 + 0.5 * random.nextDouble());
      double lean = 0.05 * root + 0.25 * (random.nextDouble() - 0.5) + 0.15;
      double from = upper ? Head.upperLid(root) + 0.3 : Head.lowerLid(root) + 0.6;
      Stroke stroke = new Stroke(7, 0.42, LASH, upper ? 0.48 : 0.22);
      for (int k = 0; k < 7; k++) {
        double t = k / 6.0;
        double x = side * (Head.EYE + root + length * lean * (t + 0.25 * t * t));
        double y = from + length * (upper ? 0.12 * t - 0.62 * t * t : 0.55 * t - 0.1 * t * t);
        stroke.to(Pose.headPixelX(x, y), Pose.headPixelY(x, y), 1);
      }
      strokes.add(stroke);
    }
  }

  private void brow(int side, List<Stroke> strokes) {
    for (int hair = 0; hair < 560; hair++) {
      double t = Math.pow(random.nextDouble(), 0.9);
      double across = random.nextDouble() + random.nextDouble() - 1;
      double thick = 4.4 * Math.pow(1 - t, 0.55) * Head.smooth(-0.12, 0.16, t) + 0.5;
      double x = 13.5 + 36 * t;
      double y = -16.6 - 6.6 * Math.sin(2.25 * t) + 4.4 * t * t;
      y += across * thick * 0.72;
      double angle = 0.75 * (1 - Head.smooth(0, 0.35, t)) + 0.25 - 0.75 * t;
      angle += 0.4 * (random.nextDouble() - 0.5) + 0.30 * across;
      double length = (5.5 + 3.5 * random.nextDouble()) * (0.65 + 0.35 * Head.smooth(0, 0.3, t));
      double grey = 0.11 + 0.26 * Math.pow(random.nextDouble(), 2);
      Stroke stroke = new Stroke(8, 0.5, BROW, 0.34 * (1 - 0.35 * t));
      for (int k = 0; k < 8; k++) {
        double d = length * k / 7;
        double turn = angle - 0.5 * k / 7.0;
        double hx = side * (x + d * Math.cos(turn));
        double hy = y - d * Math.sin(turn) * 0.75;
        double px = Pose.headPixelX(hx, hy);
        double py = Pose.headPixelY(hx, hy);
        stroke.to(px, py, grey * (0.45 + 0.65 * light.key(px, py)));
      }
      strokes.add(stroke);
    }
  }
}
