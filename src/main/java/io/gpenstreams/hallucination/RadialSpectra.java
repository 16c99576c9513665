package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.DFT_COMPLEX_OUTPUT;
import static org.bytedeco.opencv.global.opencv_core.dft;
import static org.bytedeco.opencv.global.opencv_core.mean;
import static org.bytedeco.opencv.global.opencv_core.merge;
import static org.bytedeco.opencv.global.opencv_core.multiply;
import static org.bytedeco.opencv.global.opencv_core.subtract;
import static org.bytedeco.opencv.global.opencv_imgproc.createHanningWindow;

import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Power spectra of two pictures and of their difference, Hann-windowed and mean-free, summed over
 * rings of equal spatial frequency (in cycles across the picture). Owns the window and the ring of
 * every frequency for one size; neither is written after construction, so that any number of
 * threads may measure.
 */
final class RadialSpectra implements AutoCloseable {
  private final int size;
  private final Mat window;
  // Ring of each frequency of the half-plane 0 ≤ v ≤ size/2, row by row; the other half mirrors it.
  private final short[] rings;

  RadialSpectra(int size) {
    this.size = size;
    this.window = new Mat();
    try (Size windowSize = new Size(size, size)) {
      createHanningWindow(window, windowSize, CV_32F);
      // OpenCV's Hann window is the square root of one.
      multiply(window, window, window);
    }
    this.rings = new short[(size / 2 + 1) * size];
    for (int v = 0; v <= size / 2; v++) {
      for (int u = 0; u < size; u++) {
        int frequency = Math.min(u, size - u);
        rings[v * size + u] = (short) Math.round(Math.hypot(frequency, v));
      }
    }
  }

  /** Side of the pictures, in pixels. */
  int size() {
    return size;
  }

  /** Sums of power by ring, from 0 to {@code size / 2}, and how many frequencies each ring has. */
  static final class Powers {
    final double[] before;
    final double[] after;
    final double[] difference;
    final int[] counts;

    private Powers(int rings) {
      this.before = new double[rings];
      this.after = new double[rings];
      this.difference = new double[rings];
      this.counts = new int[rings];
    }
  }

  /**
   * Measures two pictures.
   *
   * @param before 32-bit luminance, {@code size × size}
   * @param after likewise
   */
  Powers measure(Mat before, Mat after) {
    int nyquist = size / 2;
    Powers powers = new Powers(nyquist + 1);
    try (Mat x = windowed(before);
        Mat y = windowed(after);
        MatVector parts = new MatVector(x, y);
        Mat pair = new Mat();
        Mat transform = new Mat()) {
      // Two real pictures as one complex one: its transform holds both, split by symmetry.
      merge(parts, pair);
      dft(pair, transform, DFT_COMPLEX_OUTPUT, 0);
      FloatBuffer values = transform.createBuffer();
      float[] row = new float[2 * size];
      float[] mirrored = new float[2 * size];
      for (int v = 0; v <= nyquist; v++) {
        values.get(v * 2 * size, row);
        values.get((size - v) % size * 2 * size, mirrored);
        // Rows 0 and size/2 mirror themselves; every other one stands for two.
        int weight = v == 0 || v == nyquist ? 1 : 2;
        addRow(powers, row, mirrored, v, weight);
      }
    }
    return powers;
  }

  private void addRow(Powers powers, float[] row, float[] mirrored, int v, int weight) {
    for (int u = 0; u < size; u++) {
      int ring = rings[v * size + u];
      if (ring > size / 2) {
        continue;
      }
      int mirror = 2 * ((size - u) % size);
      double re = row[2 * u];
      double im = row[2 * u + 1];
      double mirrorRe = mirrored[mirror];
      double mirrorIm = mirrored[mirror + 1];
      double xRe = (re + mirrorRe) / 2;
      double xIm = (im - mirrorIm) / 2;
      double yRe = (im + mirrorIm) / 2;
      double yIm = (mirrorRe - re) / 2;
      powers.before[ring] += weight * (xRe * xRe + xIm * xIm);
      powers.after[ring] += weight * (yRe * yRe + yIm * yIm);
      powers.difference[ring] += weight * ((yRe - xRe) * (yRe - xRe) + (yIm - xIm) * (yIm - xIm));
      powers.counts[ring] += weight;
    }
  }

  private Mat windowed(Mat luminance) {
    Mat result = new Mat();
    try (Scalar average = mean(luminance);
        Mat level = new Mat(1, 1, CV_64F, average)) {
      subtract(luminance, level, result);
      multiply(result, window, result);
    }
    return result;
  }

  @Override
  public void close() {
    window.close();
  }
}
