package io.gpenstreams.cli.demo.portrait;

import static java.lang.Math.max;
import static java.lang.Math.min;
import static java.lang.Math.sqrt;

import io.gpenstreams.cli.demo.portrait.LinearImage.Stroke;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Silver hair, parted on the side, laid in waves over the ears and gathered at the nape. */
final class Hair {
  /** Places of a strand from root to tip; each is front, middle and outer, as x and y. */
  private static final double[][][] RIGHT = {
    {{-22, -66}, {-17, -98}, {-12, -124}},
    {{6, -72}, {20, -104}, {24, -122}},
    {{38, -63}, {53, -85}, {60, -101}},
    {{58, -41}, {72, -52}, {81, -69}},
    {{66, -12}, {78, -9}, {88, -21}},
    {{69, 15}, {78, 24}, {86, 26}},
    {{66, 37}, {71, 46}, {75, 51}},
    {{46, 56}, {47, 60}, {48, 64}},
  };

  private static final double[][][] LEFT = {
    {{-22, -66}, {-17, -98}, {-12, -124}},
    {{-36, -64}, {-36, -98}, {-37, -118}},
    {{-51, -52}, {-59, -79}, {-64, -98}},
    {{-62, -34}, {-74, -48}, {-82, -66}},
    {{-67, -8}, {-78, -7}, {-88, -19}},
    {{-69, 15}, {-78, 24}, {-86, 26}},
    {{-66, 37}, {-71, 46}, {-75, 51}},
    {{-46, 56}, {-47, 60}, {-48, 64}},
  };

  private static final double[] SILVER = {1.02, 0.945, 0.85};
  private static final int STRANDS = 8000;
  private static final int POINTS = 46;
  private static final int LOCKS = 26;

  private final LinearImage canvas;
  private final Noise noise;
  private final SplittableRandom random;
  private final Relief relief;

  Hair(LinearImage canvas, Noise noise, SplittableRandom random) {
    this.canvas = canvas;
    this.noise = noise;
    this.random = random;
    this.relief = volume();
  }

  /** The volume that the hair fills. */
  Relief relief() {
    return relief;
  }

  private Relief volume() {
    float[] z = new float[canvas.width * canvas.height];
    Arrays.fill(z, Float.NaN);
    double[] at = new double[3];
    for (int strand = 0; strand < 400; strand++) {
      for (int k = 0; k < 330; k++) {
        place(strand % 2 == 0, 0.035 + 0.965 * strand / 399, k / 329.0, 0, at);
        int px = (int) Math.round(Pose.headPixelX(at[0], at[1]));
        int py = (int) Math.round(Pose.headPixelY(at[0], at[1]));
        float height = (float) (Pose.SCALE * (at[2] - 1));
        for (int y = py - 2; y <= py + 2; y++) {
          for (int x = px - 2; x <= px + 2; x++) {
            int i = y * canvas.width + x;
            z[i] = Float.isNaN(z[i]) ? height : max(z[i], height);
          }
        }
      }
    }
    return new Relief(z, canvas.width, canvas.height);
  }

  /** Paints what lies behind neck and face. */
  void behind(Light light) {
    canvas.rows(
        py -> {
          for (int px = 0; px < canvas.width; px++) {
            double x = Pose.headX(px, py);
            double y = Pose.headY(px, py);
            double half = 66 - 0.010 * max(0, y - 20) * max(0, y - 20);
            double inside = min(half - Math.abs(x), min(y + 60, 76 - y));
            double v = 0.018 + 0.012 * noise.smooth(x / 2, y / 14);
            canvas.mix(py * canvas.width + px, v, v * 0.93, v * 0.85, Head.smooth(-2, 3, inside));
          }
        });
    shade(light, null);
  }

  /** Paints what lies before the face, strand by strand. */
  void before(Relief face, Light light) {
    shade(light, face);
    List<Stroke> strokes = new ArrayList<>();
    for (int strand = 0; strand < STRANDS; strand++) {
      strokes.add(strand(strand, face, light));
    }
    canvas.draw(strokes);
  }

  private void shade(Light light, Relief hider) {
    float[] cover = relief.cover();
    canvas.rows(
        y -> {
          for (int x = 0; x < canvas.width; x++) {
            int i = y * canvas.width + x;
            if (cover[i] > 0 && (hider == null || !(relief.z[i] < hider.z[i] - 4))) {
              double v = 0.05 * (0.3 + 0.7 * light.open(x, y));
              canvas.mix(i, v, v * 0.92, v * 0.82, cover[i] * 0.9);
            }
          }
        });
  }

  private Stroke strand(int number, Relief face, Light light) {
    boolean right = random.nextDouble() < 0.55;
    double u = random.nextDouble() * 1.03 - 0.015;
    boolean fine = random.nextDouble() < 0.07;
    if (fine) {
      u = 0.03 - 0.09 * random.nextDouble();
    }
    double lock = Math.round(u * LOCKS + noise.smooth(number * 0.018, 4)) / (double) LOCKS;
    double gather = 0.65 * random.nextDouble();
    double from = 0.05 * random.nextDouble();
    if (u < 0.1) {
      // At the hairline hair grows all along, not from the parting only.
      from = 0.5 * random.nextDouble() * random.nextDouble();
    }
    double to = 0.82 + 0.18 * random.nextDouble();
    double stray = random.nextDouble() < 0.05 ? 6 : 1;
    double aside = stray * (random.nextDouble() - 0.5);
    double above = stray * (random.nextDouble() - 0.5);
    double wave = 0.5 * (random.nextDouble() - 0.5) + 0.5 * noise.smooth(lock * LOCKS, 12);
    double tone = 0.22 + 0.62 * random.nextDouble() + 0.22 * noise.smooth(lock * 9, right ? 5 : 6);
    // Strands painted first lie deeper, where less light comes.
    tone *= 0.40 + 0.60 * number / STRANDS;

    Stroke stroke = new Stroke(POINTS, fine ? 0.45 : 0.6, SILVER, fine ? 0.35 : 0.58);
    double[] at = new double[3];
    double[] last = new double[3];
    for (int k = 0; k < POINTS; k++) {
      double t = k / (POINTS - 1.0);
      double s = from + (to - from) * t;
      place(right, u + (lock - u) * gather * Head.smooth(0.15, 0.8, s), s, wave, at);
      double loose = Head.smooth(0, 0.5, t);
      // Roots cross the parting here and there.
      at[0] += (right ? -1.1 : 1.1) * (1 - Head.smooth(0, 0.08, s)) + 0.9 * noise.smooth(u * 7, 3);
      at[0] += aside * (0.4 + loose) + 1.1 * loose * noise.smooth(s * 9, number * 0.37);
      at[1] += above * (0.4 + loose) + 1.1 * loose * noise.smooth(s * 9 + 50, number * 0.37);
      double px = Pose.headPixelX(at[0], at[1]);
      double py = Pose.headPixelY(at[0], at[1]);
      int pixel = ((int) py) * canvas.width + (int) px;
      if (k > 8 && at[2] * Pose.SCALE < face.z[pixel] - 6) {
        break;
      }
      if (k > 0) {
        double strength = tone * received(at, last, px, py, light);
        if (k == 1) {
          stroke.to(Pose.headPixelX(last[0], last[1]), Pose.headPixelY(last[0], last[1]), strength);
        }
        stroke.to(px, py, strength);
      }
      System.arraycopy(at, 0, last, 0, 3);
    }
    return stroke;
  }

  /** A strand gleams where it runs across the light. */
  private static double received(double[] at, double[] last, double px, double py, Light light) {
    double tx = at[0] - last[0];
    double ty = at[1] - last[1];
    double tz = at[2] - last[2];
    double length = sqrt(tx * tx + ty * ty + tz * tz) + 1e-9;
    double along = Light.dot(Light.KEY, tx, ty, tz) / length;
    double mirror = Light.dot(Light.KEY_HALF, tx, ty, tz) / length;
    double sx = (shell(at[0] + 1, at[1]) - shell(at[0] - 1, at[1])) / 2;
    double sy = (shell(at[0], at[1] + 1) - shell(at[0], at[1] - 1)) / 2;
    double n = sqrt(1 + sx * sx + sy * sy);
    double facing = max(0, Light.dot(Light.KEY, -sx, -sy, 1) / n * 0.8 + 0.2);
    double diffuse = sqrt(max(0, 1 - along * along));
    double gleam = Math.pow(max(0, 1 - mirror * mirror), 22);
    double edge = (1 - 1 / n) * (1 - 1 / n) * 0.35;
    double open = light.open(px, py);
    return light.key(px, py) * facing * (0.75 * diffuse + 1.25 * gleam)
        + (0.16 + edge) * open
        + 0.10;
  }

  /** A point of the right or left half: {@code u} from the face outwards, {@code s} along. */
  private static void place(boolean right, double u, double s, double wave, double[] out) {
    double[][][] guide = right ? RIGHT : LEFT;
    double at = min(0.9999, max(0, s)) * (guide.length - 1);
    int i = (int) at;
    double t = at - i;
    double t2 = t * t;
    double t3 = t2 * t;
    double front = (u - 0.5) * (u - 1) * 2;
    double middle = -u * (u - 1) * 4;
    double outer = u * (u - 0.5) * 2;
    double x = 0;
    double y = 0;
    for (int k = 0; k < 4; k++) {
      double weight =
          switch (k) {
            case 0 -> 0.5 * (-t + 2 * t2 - t3);
            case 1 -> 0.5 * (2 - 5 * t2 + 3 * t3);
            case 2 -> 0.5 * (t + 4 * t2 - 3 * t3);
            default -> 0.5 * (t3 - t2);
          };
      double[][] p = guide[min(guide.length - 1, max(0, i + k - 1))];
      x += weight * (front * p[0][0] + middle * p[1][0] + outer * p[2][0]);
      y += weight * (front * p[0][1] + middle * p[1][1] + outer * p[2][1]);
    }
    double swell = Head.smooth(0.02, 0.25, s) * (1 - Head.smooth(0.78, 0.95, s));
    double phase = 2 * Math.PI * (3.1 * s + 0.35 * u) + wave;
    out[0] = x + (right ? 2.6 : -2.6) * swell * Math.sin(phase);
    out[1] = y + 2.2 * swell * Math.cos(phase);
    out[2] = shell(x, y) + 5 * swell * Math.sin(phase + 0.6) - 50 * Head.smooth(0.80, 0.95, s);
  }

  /** The rounded shape on which the hair lies. */
  private static double shell(double x, double y) {
    double half = y < -38 ? 95 : 122;
    double q = 1 - x * x / (96 * 96) - (y + 38) * (y + 38) / (half * half);
    return -76 + 86 * sqrt(max(0.0004, q));
  }
}
