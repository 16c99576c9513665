package io.gpenstreams.model;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A drawn face for a model's first run. With a blank picture, a broken model that gives blank
 * pictures would pass. The same size gives the same pixels.
 */
public final class TestFace {
  private static final int CHANNELS = 3;
  private static final int[] SKIN = {205, 160, 135};
  private static final int[] BACKGROUND = {70, 85, 110};
  private static final int[] FEATURE = {90, 45, 40};
  private static final int GRAIN = 9;

  private TestFace() {}

  /**
   * Draws the face. The caller closes it.
   *
   * @param size its side in pixels
   * @return 8-bit RGB
   */
  public static Mat draw(int size) {
    byte[] levels = new byte[CHANNELS * size * size];
    int next = 0;
    for (int y = 0; y < size; y++) {
      double v = (y + 0.5) / size;
      for (int x = 0; x < size; x++) {
        double u = (x + 0.5) / size;
        int[] colour = colour(u, v);
        // Light from the left, and grain that differs between neighbours.
        int light = (int) (40 * (0.5 - u)) + (x * 7 + y * 13) % GRAIN - GRAIN / 2;
        for (int channel = 0; channel < CHANNELS; channel++) {
          levels[next++] = (byte) Math.max(0, Math.min(255, colour[channel] + light));
        }
      }
    }
    Mat face = new Mat(size, size, CV_8UC3);
    face.<ByteBuffer>createBuffer().put(levels);
    return face;
  }

  // Eyes and mouth lie where alignment puts them.
  private static int[] colour(double u, double v) {
    if (!within(u, v, 0.5, 0.52, 0.3, 0.4)) {
      return BACKGROUND;
    }
    boolean feature =
        within(u, v, 0.38, 0.47, 0.045, 0.022)
            || within(u, v, 0.62, 0.47, 0.045, 0.022)
            || within(u, v, 0.5, 0.73, 0.09, 0.025);
    return feature ? FEATURE : SKIN;
  }

  private static boolean within(
      double u, double v, double centreU, double centreV, double radiusU, double radiusV) {
    double du = (u - centreU) / radiusU;
    double dv = (v - centreV) / radiusV;
    return du * du + dv * dv <= 1;
  }
}
