package io.gpenstreams.cli.demo.portrait;

import java.awt.Point;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * A portrait of nobody: an elderly woman in an old studio photograph, modelled as a relief, lit and
 * painted by code alone, so that demo and tests need no photo of anyone. The same seed always gives
 * the same picture.
 */
public final class Portrait {
  /** Width of the picture in pixels. */
  public static final int WIDTH = 960;

  /** Height of the picture in pixels. */
  public static final int HEIGHT = 1200;

  private final long seed;

  /** A portrait whose strands, lines and grain follow from the seed. */
  public Portrait(long seed) {
    this.seed = seed;
  }

  /** Where the face is in the picture, from the forehead to the chin. */
  public static Rectangle face() {
    Rectangle face = new Rectangle(pupil(0));
    for (int side = -1; side <= 1; side += 2) {
      face.add(Pose.headPixelX(side * 68, -45), Pose.headPixelY(side * 68, -45));
      face.add(Pose.headPixelX(side * 50, 112), Pose.headPixelY(side * 50, 112));
    }
    return face;
  }

  /** Where the pupils are in the picture, the one on the left first. */
  public static List<Point> eyes() {
    return List.of(pupil(-Head.EYE), pupil(Head.EYE));
  }

  private static Point pupil(double x) {
    return new Point((int) Pose.headPixelX(x, 0), (int) Pose.headPixelY(x, 0));
  }

  /** Draws the picture, on all processors. */
  public BufferedImage draw() {
    LinearImage canvas = new LinearImage(WIDTH, HEIGHT);
    Noise noise = new Noise(seed);
    SplittableRandom random = new SplittableRandom(seed);
    Head head = new Head(noise);
    Attire attire = new Attire(canvas, noise);
    Hair hair = new Hair(canvas, noise, random.split());

    Relief face = Relief.of(canvas, (x, y) -> head.skin(Pose.headX(x, y), Pose.headY(x, y)));
    Relief neck = Relief.of(canvas, (x, y) -> attire.neck(Pose.bodyX(x), Pose.bodyY(y)));
    Relief dress = Relief.of(canvas, (x, y) -> attire.dress(Pose.bodyX(x), Pose.bodyY(y)));
    Light light = new Light(List.of(face, neck, dress, hair.relief()), WIDTH, HEIGHT, noise);
    Skin skin = new Skin(canvas, light, noise);

    backdrop(canvas, noise);
    hair.behind(light);
    skin.neck(neck);
    attire.paint(dress, light);
    attire.pearls(light);
    skin.face(face);
    new Eyes(canvas, light, noise, random.split()).paint();
    hair.before(face, light);
    develop(canvas, noise);
    return canvas.image();
  }

  /** The picture as a PNG file. */
  public byte[] png() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 21);
      ImageIO.write(draw(), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void backdrop(LinearImage canvas, Noise noise) {
    canvas.rows(
        y -> {
          for (int x = 0; x < WIDTH; x++) {
            double dx = (x - 600) / 620.0;
            double dy = (y - 430) / 700.0;
            double glow = Math.exp(-1.5 * (dx * dx + dy * dy));
            double cloud =
                1
                    + 0.22 * noise.fractal(x / 210.0 + 3, y / 230.0, 3)
                    + 0.05 * noise.fractal(x / 26.0, y / 30.0, 2);
            double v = (0.035 + 0.15 * glow) * cloud;
            canvas.mix(y * WIDTH + x, v * 1.02, v * 0.97, v * 0.88, 1);
          }
        });
  }

  /** What lens, film and years add: halos, a little softness, vignette, a warm tone, grain. */
  private static void develop(LinearImage canvas, Noise noise) {
    for (float[] plane : canvas.planes) {
      float[] halo = new float[plane.length];
      for (int i = 0; i < halo.length; i++) {
        halo[i] = Math.max(0, plane[i] - 0.55f);
      }
      LinearImage.blur(halo, WIDTH, HEIGHT, 14);
      float[] soft = plane.clone();
      LinearImage.blur(soft, WIDTH, HEIGHT, 1);
      for (int i = 0; i < plane.length; i++) {
        plane[i] = 0.65f * plane[i] + 0.35f * soft[i] + 0.18f * halo[i];
      }
    }
    canvas.rows(
        y -> {
          double[] v = new double[3];
          for (int x = 0; x < WIDTH; x++) {
            int i = y * WIDTH + x;
            double dx = (x - WIDTH / 2.0) / WIDTH;
            double dy = (y - HEIGHT * 0.46) / HEIGHT;
            double exposure = 1.42 * (1 - 0.85 * (dx * dx + dy * dy));
            for (int c = 0; c < 3; c++) {
              v[c] = Math.pow(1 - Math.exp(-exposure * canvas.planes[c][i]), 1 / 2.2);
            }
            double grey = 0.35 * v[0] + 0.5 * v[1] + 0.15 * v[2];
            double grain = 0.016 * noise.normal(x, y) * (1 - 0.5 * grey);
            double light = grey * (1 - grey);
            tone(canvas.planes[0], i, v[0], 0.055 + 0.945 * (grey + 0.16 * light), grain);
            tone(canvas.planes[1], i, v[1], 0.045 + 0.915 * grey, grain);
            tone(canvas.planes[2], i, v[2], 0.040 + 0.80 * (grey - 0.14 * light), grain);
          }
        });
  }

  private static void tone(float[] plane, int i, double colour, double sepia, double grain) {
    plane[i] = (float) (0.72 * colour + 0.28 * sepia + grain);
  }
}
