package io.gpenstreams.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.NORM_INF;
import static org.bytedeco.opencv.global.opencv_core.NORM_L1;
import static org.bytedeco.opencv.global.opencv_core.norm;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.bytedeco.opencv.opencv_core.Mat;

/** Pictures made by code, and what tests ask of pictures. Every Mat is the caller's to close. */
public final class Pixels {
  private Pixels() {}

  /** Level of a channel at a place. */
  @FunctionalInterface
  public interface Levels {
    /** 0…255. */
    double at(int x, int y, int channel);
  }

  /** 8-bit, three channels. */
  public static Mat of(int width, int height, Levels levels) {
    Mat picture = new Mat(height, width, CV_8UC3);
    ByteBuffer bytes = picture.createBuffer();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          bytes.put((byte) Math.max(0, Math.min(255, Math.round(levels.at(x, y, channel)))));
        }
      }
    }
    return picture;
  }

  /** 8-bit, one channel. */
  public static Mat grey(int width, int height, Levels levels) {
    Mat picture = new Mat(height, width, CV_8UC1);
    ByteBuffer bytes = picture.createBuffer();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        bytes.put((byte) Math.max(0, Math.min(255, Math.round(levels.at(x, y, 0)))));
      }
    }
    return picture;
  }

  /** Soft waves: nothing that JPEG or WebP would lose. */
  public static Mat waves(int width, int height) {
    return of(
        width,
        height,
        (x, y, channel) ->
            128 + 60 * Math.sin((x + 3 * channel) / 17.0) + 50 * Math.cos(y / (11.0 + channel)));
  }

  /** Four quarters of different colours, which show the orientation after any codec. */
  public static Mat quarters(int width, int height) {
    int[][] colours = {{20, 30, 220}, {30, 200, 40}, {210, 60, 30}, {240, 230, 220}};
    return of(
        width,
        height,
        (x, y, channel) -> colours[(2 * y >= height ? 2 : 0) + (2 * x >= width ? 1 : 0)][channel]);
  }

  /** Noise that follows from the seed. */
  public static Mat noise(int width, int height, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return of(width, height, (x, y, channel) -> random.nextInt(256));
  }

  /** A file as 8-bit BGR. */
  public static Mat read(Path file) {
    return imread(file.toString(), IMREAD_COLOR);
  }

  /** Mean absolute difference in levels. */
  public static double meanDifference(Mat a, Mat b) {
    return norm(a, b, NORM_L1, null) / ((double) a.total() * a.channels());
  }

  /** Largest difference in levels. */
  public static double largestDifference(Mat a, Mat b) {
    return norm(a, b, NORM_INF, null);
  }

  /** The level of a channel at a place of an 8-bit picture. */
  public static int level(Mat picture, int x, int y, int channel) {
    return Byte.toUnsignedInt(picture.ptr(y, x).get(channel));
  }
}
