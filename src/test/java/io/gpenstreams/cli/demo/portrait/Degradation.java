package io.gpenstreams.cli.demo.portrait;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * What decades in an album and a careless scan do to a photo: small, soft, faded, dusty, scratched,
 * and saved as a poor JPEG. The same seed always gives the same damage.
 */
public final class Degradation {
  private static final int WIDTH = 280;
  private static final float QUALITY = 0.5f;
  private static final double[] PAPER = {0.93, 0.90, 0.82};

  private final long seed;

  /** Damage that follows from the seed. */
  public Degradation(long seed) {
    this.seed = seed;
  }

  /** The photo as it would be uploaded: the bytes of a JPEG file, 280 pixels wide. */
  public byte[] apply(BufferedImage photo) {
    LinearImage print = shrink(photo);
    Noise noise = new Noise(seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (float[] plane : print.planes) {
      float[] soft = plane.clone();
      LinearImage.blur(soft, print.width, print.height, 1);
      for (int i = 0; i < plane.length; i++) {
        plane[i] = 0.5f * plane[i] + 0.5f * soft[i];
      }
    }
    fade(print, noise);
    dust(print, random);
    scratches(print, random);
    return jpeg(print.image());
  }

  /** Every pixel becomes the average of the area that it covers. */
  private static LinearImage shrink(BufferedImage photo) {
    int height = Math.round((float) WIDTH * photo.getHeight() / photo.getWidth());
    LinearImage small = new LinearImage(WIDTH, height);
    double step = (double) photo.getWidth() / WIDTH;
    double rise = (double) photo.getHeight() / height;
    small.rows(
        y -> {
          for (int x = 0; x < WIDTH; x++) {
            double[] sum = new double[4];
            for (int py = (int) (y * rise);
                py < Math.min(photo.getHeight(), (y + 1) * rise);
                py++) {
              double tall = Math.min(py + 1, (y + 1) * rise) - Math.max(py, y * rise);
              for (int px = (int) (x * step);
                  px < Math.min(photo.getWidth(), (x + 1) * step);
                  px++) {
                double area = tall * (Math.min(px + 1, (x + 1) * step) - Math.max(px, x * step));
                int rgb = photo.getRGB(px, py);
                sum[0] += area * ((rgb >> 16) & 255);
                sum[1] += area * ((rgb >> 8) & 255);
                sum[2] += area * (rgb & 255);
                sum[3] += area * 255;
              }
            }
            small.mix(y * WIDTH + x, sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3], 1);
          }
        });
    return small;
  }

  private static void fade(LinearImage print, Noise noise) {
    print.rows(
        y -> {
          for (int x = 0; x < print.width; x++) {
            int i = y * print.width + x;
            double edge =
                Math.min(Math.min(x, print.width - 1 - x), Math.min(y, print.height - 1 - y));
            double bleached =
                0.10
                    + 0.12 * Math.exp(-edge / 14)
                    + 0.05 * Math.max(0, noise.fractal(x / 70.0, y / 70.0, 3));
            double grain = 0.020 * noise.normal(x, y) + 0.012 * noise.smooth(x / 1.9, y / 1.9);
            for (int c = 0; c < 3; c++) {
              float[] plane = print.planes[c];
              plane[i] = (float) (plane[i] + bleached * (PAPER[c] - plane[i]) + grain);
            }
          }
        });
  }

  private static void dust(LinearImage print, SplittableRandom random) {
    for (int speck = 0; speck < 34; speck++) {
      double x = print.width * random.nextDouble();
      double y = print.height * random.nextDouble();
      double size = 0.35 + 0.75 * Math.pow(random.nextDouble(), 3);
      boolean bright = random.nextDouble() < 0.7;
      double angle = Math.PI * random.nextDouble();
      double length = random.nextDouble() < 0.2 ? 5 : 0.9;
      LinearImage.Stroke stroke = new LinearImage.Stroke(3, size, PAPER, 0.55);
      double strength = bright ? 1 : 0.2;
      stroke.to(x, y, strength);
      stroke.to(x + length * Math.cos(angle), y + length * Math.sin(angle), strength);
      double turned = angle + 0.5;
      stroke.to(x + 1.6 * length * Math.cos(turned), y + 1.6 * length * Math.sin(turned), strength);
      print.draw(List.of(stroke));
    }
  }

  private static void scratches(LinearImage print, SplittableRandom random) {
    for (int scratch = 0; scratch < 4; scratch++) {
      double x = print.width * random.nextDouble();
      double y = print.height * 0.7 * random.nextDouble();
      double length = print.height * (0.12 + 0.3 * random.nextDouble());
      double lean = 0.3 * (random.nextDouble() - 0.5);
      double bend = 10 * (random.nextDouble() - 0.5);
      LinearImage.Stroke stroke = new LinearImage.Stroke(12, 0.3, PAPER, 0.34);
      for (int k = 0; k < 12; k++) {
        double t = k / 11.0;
        stroke.to(x + lean * length * t + bend * t * t, y + length * t, 1);
      }
      print.draw(List.of(stroke));
    }
  }

  private static byte[] jpeg(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
