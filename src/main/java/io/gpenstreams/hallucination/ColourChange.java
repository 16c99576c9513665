package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2YCrCb;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * How far the output's colour departs from the input's, place by place: chroma (Cb and Cr of
 * BT.601, in grey levels), smoothed by 4 pixels of the crop, less one affine change over the face.
 * The affine change is bounded: a white balance is no invention, colours for a grey photo are.
 */
final class ColourChange {
  /** Cells on each side of the grid. */
  static final int SIDE = 128;

  private static final double SMOOTHING = 1;
  private static final double LEAST_GAIN = 0.75;
  private static final double MOST_GAIN = 1.5;
  private static final double MOST_SHIFT = 8;
  // A grey photo has no white to be balanced: grey levels of shift, and of chroma for each more.
  private static final double SHIFT_OF_GREY = 2;
  private static final double CHROMA_FOR_SHIFT = 2;
  private static final double NEUTRAL = 128;
  // The change that codecs and interpolation make, in grey levels.
  private static final double UNSEEN = 3;
  // Grey levels beyond, at which the measure is 1 − 1/e.
  private static final double PLAIN_TO_SEE = 10;

  private final float[] change;

  private ColourChange(float[] change) {
    this.change = change;
  }

  /**
   * Compares two crops.
   *
   * @param before 8-bit RGB
   * @param after likewise
   */
  static ColourChange of(Mat before, Mat after, FaceRegions face) {
    byte[] grid = face.on(SIDE);
    float[][] x = chroma(before);
    float[][] y = chroma(after);
    float[] change = new float[SIDE * SIDE];
    float[] plain = new float[SIDE * SIDE];
    for (int channel = 0; channel < x.length; channel++) {
      addSquares(x[channel], y[channel], grid, change);
      for (int i = 0; i < plain.length; i++) {
        plain[i] += (y[channel][i] - x[channel][i]) * (y[channel][i] - x[channel][i]);
      }
    }
    for (int i = 0; i < change.length; i++) {
      // A place that kept its colour has not changed, even if the face around it has.
      double distance = Math.sqrt(Math.min(change[i], plain[i]));
      double beyond = Math.max(0, distance - UNSEEN);
      change[i] = (float) -Math.expm1(-beyond / PLAIN_TO_SEE);
    }
    return new ColourChange(change);
  }

  private static float[][] chroma(Mat rgb) {
    try (Mat small = new Mat();
        Mat colours = new Mat();
        Mat channel = new Mat();
        Size cells = new Size(SIDE, SIDE);
        Size kernel = new Size(0, 0)) {
      resize(rgb, small, cells, 0, 0, INTER_AREA);
      cvtColor(small, colours, COLOR_RGB2YCrCb);
      colours.convertTo(colours, CV_32F);
      GaussianBlur(colours, colours, kernel, SMOOTHING);
      float[][] planes = new float[2][SIDE * SIDE];
      for (int i = 0; i < planes.length; i++) {
        extractChannel(colours, channel, i + 1);
        FloatBuffer values = channel.createBuffer();
        values.get(planes[i]);
      }
      return planes;
    }
  }

  private static void addSquares(float[] x, float[] y, byte[] grid, float[] squares) {
    int count = 0;
    double sumX = 0;
    double sumY = 0;
    double sumXx = 0;
    double sumXy = 0;
    for (int i = 0; i < grid.length; i++) {
      if (grid[i] != FaceRegions.OUTSIDE) {
        count++;
        sumX += x[i];
        sumY += y[i];
        sumXx += x[i] * x[i];
        sumXy += x[i] * y[i];
      }
    }
    double meanX = count == 0 ? 0 : sumX / count;
    double chroma = Math.abs(meanX - NEUTRAL);
    double allowed = Math.min(MOST_SHIFT, SHIFT_OF_GREY + chroma / CHROMA_FOR_SHIFT);
    double shift = count == 0 ? 0 : clamp(sumY / count - meanX, -allowed, allowed);
    double variance = count == 0 ? 0 : sumXx / count - meanX * meanX;
    double covariance = count == 0 ? 0 : sumXy / count - meanX * sumY / count;
    // Without colour there is nothing to tell the gain by.
    double gain = variance > 1 ? clamp(covariance / variance, LEAST_GAIN, MOST_GAIN) : 1;
    for (int i = 0; i < squares.length; i++) {
      double residual = y[i] - (meanX + shift + gain * (x[i] - meanX));
      squares[i] += (float) (residual * residual);
    }
  }

  private static double clamp(double value, double least, double most) {
    return Math.max(least, Math.min(most, value));
  }

  /** {@code SIDE × SIDE}, row by row, 0…1. */
  float[] values() {
    return change;
  }
}
