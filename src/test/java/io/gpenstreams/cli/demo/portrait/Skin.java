package io.gpenstreams.cli.demo.portrait;

/** Paints skin: light spreads beneath it, red the farthest, and a thin film reflects on top. */
final class Skin {
  /** How far light spreads, in pixels, by channel. */
  private static final double[] SPREAD = {4.6, 2.4, 1.4};

  private static final int SPOTS = 26;

  private final LinearImage canvas;
  private final Light light;
  private final Noise noise;

  Skin(LinearImage canvas, Light light, Noise noise) {
    this.canvas = canvas;
    this.light = light;
    this.noise = noise;
  }

  /** Paints the face without its eyes. */
  void face(Relief relief) {
    paint(relief, true);
  }

  /** Paints the neck, which the chin keeps in half shade. */
  void neck(Relief relief) {
    paint(relief, false);
  }

  private void paint(Relief relief, boolean face) {
    int width = canvas.width;
    int size = width * canvas.height;
    float[] weight = new float[size];
    float[][] energy = new float[3][size];
    float[] shine = new float[size];
    canvas.rows(
        y -> {
          double[] n = new double[3];
          for (int x = 0; x < width; x++) {
            int i = y * width + x;
            if (relief.covers(i)) {
              weight[i] = 1;
              relief.normal(i, n);
              double shade = face ? 1 : 0.5 + 0.5 * Head.smooth(85, 150, Pose.bodyY(y));
              receive(i, x, y, n, shade, energy);
              shine[i] = (float) shine(x, y, n);
            }
          }
        });
    for (int c = 0; c < 3; c++) {
      spread(energy[c], weight, SPREAD[c]);
    }
    float[] cover = relief.cover();
    canvas.rows(
        y -> {
          double[] tone = new double[4];
          for (int x = 0; x < width; x++) {
            int i = y * width + x;
            if (cover[i] > 0) {
              complexion(x, y, face, tone);
              double film = shine[i] * tone[3];
              canvas.mix(
                  i,
                  tone[0] * energy[0][i] + film,
                  tone[1] * energy[1][i] + film * 0.95,
                  tone[2] * energy[2][i] + film * 0.9,
                  cover[i]);
            }
          }
        });
  }

  private void receive(int i, int x, int y, double[] n, double shade, float[][] energy) {
    double open = light.open(x, y);
    double key =
        Math.max(0, (Light.dot(Light.KEY, n[0], n[1], n[2]) + 0.08) / 1.08) * light.key(x, y);
    double fill =
        Math.max(0, (Light.dot(Light.FILL, n[0], n[1], n[2]) + 0.2) / 1.2) * (0.3 + 0.7 * open);
    double room = open * open * (0.72 - 0.28 * n[1]);
    double rim = Light.facing(Light.RIM, n);
    for (int c = 0; c < 3; c++) {
      double sum =
          Light.KEY_COLOUR[c] * key
              + Light.FILL_COLOUR[c] * fill
              + Light.ROOM_COLOUR[c] * room
              + 0.12 * rim * rim * open;
      energy[c][i] = (float) (shade * sum);
    }
  }

  private double shine(int x, int y, double[] n) {
    double pore = 1 + 0.35 * noise.smooth(x / 2.1, y / 2.1) + 0.25 * noise.smooth(x / 4.7, y / 4.7);
    double mirror = Light.facing(Light.KEY_HALF, n);
    double broad = Math.pow(mirror, 14) * 0.13;
    double tight = Math.pow(mirror, 55) * 0.17;
    double other = Math.pow(Light.facing(Light.FILL_HALF, n), 18) * 0.02;
    double edge = Math.pow(1 - n[2], 4) * 0.06;
    return pore * ((broad + tight) * light.key(x, y) + (other + edge) * light.open(x, y));
  }

  private void spread(float[] energy, float[] weight, double sigma) {
    float[] near = weight.clone();
    LinearImage.blur(near, canvas.width, canvas.height, sigma);
    float[] soft = energy.clone();
    LinearImage.blur(soft, canvas.width, canvas.height, sigma);
    for (int i = 0; i < energy.length; i++) {
      if (weight[i] > 0) {
        energy[i] = 0.68f * soft[i] / near[i] + 0.32f * energy[i];
      }
    }
  }

  /** Stores the colour of the skin at a pixel, and how much of the film on it shines. */
  private void complexion(int px, int py, boolean face, double[] tone) {
    double x = Pose.headX(px, py);
    double y = Head.proportion(Pose.headY(px, py));
    double a = Math.abs(x);
    double fine = noise.smooth(px / 3.3, py / 3.3) + 0.6 * noise.smooth(px / 1.7, py / 1.7);
    double blush = 0.10 * noise.fractal(px / 26.0, py / 26.0, 4);
    double dark = 0.028 * fine;
    tone[0] = 0.60;
    tone[1] = 0.41;
    tone[2] = 0.31;
    tone[3] = 1;
    if (face) {
      blush += 0.42 * Head.bump(a - 42, y - 35, 22, 18);
      blush += 0.30 * Head.bump(x, y - 38, 13, 12);
      blush += 0.16 * Head.bump(x, y - 98, 18, 14);
      blush += 0.20 * Head.bump(a - Head.EYE, y - 8, 18, 6);
      blush += 0.20 * Head.bump(a - 14, y - 1, 6, 8);
      blush -= 0.14 * Head.bump(x, y + 45, 45, 20);
      dark += 0.16 * Head.bump(a - 19, y - 3, 10, 12);
      dark += 0.10 * Head.bump(a - Head.EYE, y - 12, 17, 5);
      dark += 0.07 * Head.bump(x, y - 78, 30, 6);
      dark += spots(x, y);
      double nostril = Head.bump(a - 7.3 - 0.15 * (y - 45), y - 45.4 - 0.1 * (a - 7), 3.7, 1.5);
      dark += 0.9 * Math.min(0.85, 1.25 * nostril);
      lips(x, y, a, tone);
    }
    tone[0] *= (1 - 0.05 * blush) * (1 - dark);
    tone[1] *= (1 - 0.42 * blush) * (1 - 1.12 * dark);
    tone[2] *= (1 - 0.38 * blush) * (1 - 1.18 * dark);
  }

  private double spots(double x, double y) {
    double dark = 0;
    for (int spot = 0; spot < SPOTS; spot++) {
      double dy = y + 60 - 150 * noise.white(spot, 902);
      if (Math.abs(dy) < 6) {
        double dx = x + 65 - 130 * noise.white(spot, 901);
        double r = 0.6 + 1.3 * noise.white(spot, 903);
        dark += 0.12 * noise.white(spot, 904) * Head.bump(dx, dy, r, r);
      }
    }
    return dark;
  }

  private void lips(double x, double y, double a, double[] tone) {
    if (a > 32 || y < 48 || y > 78) {
      return;
    }
    double ragged = 0.35 * noise.smooth(x * 0.9, 50);
    double parting = Head.parting(x);
    double inside = Math.min(y - Head.lipTop(x) - ragged, Head.lipBottom(x) - y + ragged);
    double cover = 0.88 * Head.smooth(-0.7, 1.2, inside) * (1 - Head.smooth(21, 25.2, a));
    double crease = 0.10 * noise.smooth(x * 1.15 + 0.2 * noise.smooth(x, y / 3), y * 0.12);
    double shade = (y < parting ? 0.80 : 1) * (1 + crease);
    tone[0] += cover * (0.42 * shade - tone[0]);
    tone[1] += cover * (0.155 * shade - tone[1]);
    tone[2] += cover * (0.14 * shade - tone[2]);
    double d = y - parting;
    double line = Math.exp(-d * d / 0.75) * (1 - Head.smooth(22, 26.5, a)) * 0.78;
    tone[0] *= 1 - 0.88 * line;
    tone[1] *= 1 - line;
    tone[2] *= 1 - line;
    tone[3] = 1 - line;
  }
}
