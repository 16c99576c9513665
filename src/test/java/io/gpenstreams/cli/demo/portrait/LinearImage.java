package io.gpenstreams.cli.demo.portrait;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** A picture in linear light, three planes of floats, and the brushes that paint on it. */
final class LinearImage {
  private static final int BAND = 75;
  private static final int STRIP = 32;
  private static final double STEP = 0.8;

  final int width;
  final int height;
  final float[][] planes;

  LinearImage(int width, int height) {
    this.width = width;
    this.height = height;
    this.planes = new float[3][width * height];
  }

  /** A stroke of a fine brush, which thins towards its tip. */
  static final class Stroke {
    private final double[] xs;
    private final double[] ys;
    private final double[] strength;
    private final double radius;
    private final double[] colour;
    private final double cover;
    private int points;

    /** A stroke of at most so many points, so opaque along its middle. */
    Stroke(int atMost, double radius, double[] colour, double cover) {
      this.xs = new double[atMost];
      this.ys = new double[atMost];
      this.strength = new double[atMost];
      this.radius = radius;
      this.colour = colour;
      this.cover = cover;
    }

    /** Leads the brush to a point, where the colour is multiplied with a strength. */
    void to(double x, double y, double strong) {
      xs[points] = x;
      ys[points] = y;
      strength[points] = strong;
      points++;
    }
  }

  /** Runs a body for every row, on all processors. */
  void rows(IntConsumer body) {
    IntStream.range(0, height).parallel().forEach(body);
  }

  /** Paints one pixel. */
  void mix(int i, double red, double green, double blue, double cover) {
    float k = (float) Math.min(1, Math.max(0, cover));
    planes[0][i] += k * ((float) red - planes[0][i]);
    planes[1][i] += k * ((float) green - planes[1][i]);
    planes[2][i] += k * ((float) blue - planes[2][i]);
  }

  /**
   * Draws strokes over each other in their order. Bands of the picture are drawn side by side; each
   * pixel still sees all strokes in order, so the result does not depend on the processors.
   */
  void draw(List<Stroke> strokes) {
    IntStream.range(0, (height + BAND - 1) / BAND)
        .parallel()
        .forEach(
            band -> {
              for (Stroke stroke : strokes) {
                draw(stroke, band * BAND, Math.min(height, (band + 1) * BAND));
              }
            });
  }

  private void draw(Stroke stroke, int top, int bottom) {
    double perDab = 1 - Math.pow(1 - stroke.cover, STEP / Math.max(0.8, 2 * stroke.radius));
    int last = stroke.points - 1;
    double rest = 0;
    for (int i = 0; i < last; i++) {
      double x = stroke.xs[i];
      double y = stroke.ys[i];
      double dx = stroke.xs[i + 1] - x;
      double dy = stroke.ys[i + 1] - y;
      double length = Math.sqrt(dx * dx + dy * dy);
      boolean here = Math.max(y, y + dy) > top - 3 && Math.min(y, y + dy) < bottom + 2;
      double at = rest;
      for (; at < length; at += STEP) {
        if (here) {
          double t = at / length;
          double along = (i + t) / last;
          double taper = Math.min(1, Math.min(along * 8 + 0.15, (1 - along) * 5 + 0.1));
          double strength = stroke.strength[i] + t * (stroke.strength[i + 1] - stroke.strength[i]);
          double radius = stroke.radius * (0.55 + 0.45 * taper);
          dab(x + t * dx, y + t * dy, radius, stroke.colour, strength, perDab * taper, top, bottom);
        }
      }
      rest = at - length;
    }
  }

  private void dab(
      double x,
      double y,
      double radius,
      double[] colour,
      double strength,
      double cover,
      int from,
      int to) {
    double reach = radius + 0.5;
    int left = Math.max(0, (int) Math.ceil(x - reach));
    int right = Math.min(width - 1, (int) Math.floor(x + reach));
    int top = Math.max(from, (int) Math.ceil(y - reach));
    int bottom = Math.min(to - 1, (int) Math.floor(y + reach));
    for (int py = top; py <= bottom; py++) {
      for (int px = left; px <= right; px++) {
        double inside = reach - Math.sqrt((px - x) * (px - x) + (py - y) * (py - y));
        if (inside > 0) {
          mix(
              py * width + px,
              colour[0] * strength,
              colour[1] * strength,
              colour[2] * strength,
              cover * Math.min(1, inside));
        }
      }
    }
  }

  /** Softens a plane: three passes of a box come close to a Gaussian of this standard deviation. */
  static void blur(float[] plane, int width, int height, double sigma) {
    int radius = Math.max(1, (int) Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
    float[] other = new float[plane.length];
    for (int pass = 0; pass < 3; pass++) {
      across(plane, other, width, height, radius);
      down(other, plane, width, height, radius);
    }
  }

  private static void across(float[] from, float[] to, int width, int height, int radius) {
    float scale = 1f / (2 * radius + 1);
    IntStream.range(0, height)
        .parallel()
        .forEach(
            y -> {
              int row = y * width;
              float sum = 0;
              for (int x = -radius; x <= radius; x++) {
                sum += from[row + within(x, width)];
              }
              for (int x = 0; x < width; x++) {
                to[row + x] = sum * scale;
                sum +=
                    from[row + within(x + radius + 1, width)]
                        - from[row + within(x - radius, width)];
              }
            });
  }

  /** Works on strips as wide as a few cache lines: column by column it would wait for memory. */
  private static void down(float[] from, float[] to, int width, int height, int radius) {
    float scale = 1f / (2 * radius + 1);
    IntStream.range(0, (width + STRIP - 1) / STRIP)
        .parallel()
        .forEach(
            strip -> {
              int left = strip * STRIP;
              int columns = Math.min(STRIP, width - left);
              float[] sum = new float[columns];
              for (int y = -radius; y <= radius; y++) {
                int row = within(y, height) * width + left;
                for (int x = 0; x < columns; x++) {
                  sum[x] += from[row + x];
                }
              }
              for (int y = 0; y < height; y++) {
                int row = y * width + left;
                int enters = within(y + radius + 1, height) * width + left;
                int leaves = within(y - radius, height) * width + left;
                for (int x = 0; x < columns; x++) {
                  to[row + x] = sum[x] * scale;
                  sum[x] += from[enters + x] - from[leaves + x];
                }
              }
            });
  }

  private static int within(int i, int length) {
    return i < 0 ? 0 : Math.min(i, length - 1);
  }

  /** The picture as it is stored: 8 bits a channel, values as they are. */
  BufferedImage image() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] pixels = new int[width * height];
    Arrays.setAll(
        pixels,
        i -> (level(planes[0][i]) << 16) | (level(planes[1][i]) << 8) | level(planes[2][i]));
    image.setRGB(0, 0, width, height, pixels, 0, width);
    return image;
  }

  private static int level(float value) {
    return Math.min(255, Math.max(0, Math.round(value * 255)));
  }
}
