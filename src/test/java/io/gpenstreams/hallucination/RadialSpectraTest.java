package io.gpenstreams.hallucination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.subtract;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.gpenstreams.image.Pixels;
import java.nio.FloatBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RadialSpectraTest {

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32})
  void isTheFourierTransformOfTheHannWindowedPictures(int size) {
    try (Mat before = luminance(Pixels.noise(size, size, 1));
        Mat after = luminance(Pixels.waves(size, size));
        Mat difference = new Mat();
        RadialSpectra spectra = new RadialSpectra(size)) {
      subtract(after, before, difference);

      RadialSpectra.Powers powers = spectra.measure(before, after);

      assertClose(powers.before, reference(before, size));
      assertClose(powers.after, reference(after, size));
      assertClose(powers.difference, reference(difference, size));
    }
  }

  @Property(tries = 50)
  void losesNoPowerOfASmoothPicture(@ForAll byte u, @ForAll byte v) {
    int size = 64;
    double fx = u / 8.0;
    double fy = v / 8.0;
    try (Mat picture =
            luminance(
                Pixels.of(
                    size,
                    size,
                    (x, y, channel) ->
                        128 + 90 * Math.sin((fx * x + fy * y) * 2 * Math.PI / size)));
        RadialSpectra spectra = new RadialSpectra(size)) {
      double[][] windowed = windowed(picture, size);
      double power = Arrays.stream(windowed).flatMapToDouble(Arrays::stream).map(a -> a * a).sum();

      double[] rings = spectra.measure(picture, picture).after;

      // Parseval; the corners beyond the last ring hold what rounding to levels left there.
      double inRings = Arrays.stream(rings).sum();
      assertThat(inRings / (size * size)).isBetween(0.98 * power - 50, power * 1.0001 + 1e-3);
    }
  }

  @Test
  void countsEveryFrequencyOnce() {
    int size = 32;
    try (Mat picture = luminance(Pixels.noise(size, size, 2));
        RadialSpectra spectra = new RadialSpectra(size)) {
      int[] expected = new int[size / 2 + 1];
      for (int v = 0; v < size; v++) {
        for (int u = 0; u < size; u++) {
          int ring = ring(u, v, size);
          if (ring <= size / 2) {
            expected[ring]++;
          }
        }
      }
      assertThat(spectra.measure(picture, picture).counts).isEqualTo(expected);
    }
  }

  private static double[] reference(Mat luminance, int size) {
    double[][] values = windowed(luminance, size);
    double[] power = new double[size / 2 + 1];
    for (int v = 0; v < size; v++) {
      for (int u = 0; u < size; u++) {
        double re = 0;
        double im = 0;
        for (int y = 0; y < size; y++) {
          for (int x = 0; x < size; x++) {
            double phase = 2 * Math.PI * (u * x + v * y) / size;
            re += values[y][x] * Math.cos(phase);
            im -= values[y][x] * Math.sin(phase);
          }
        }
        int ring = ring(u, v, size);
        if (ring <= size / 2) {
          power[ring] += re * re + im * im;
        }
      }
    }
    return power;
  }

  private static double[][] windowed(Mat luminance, int size) {
    double mean = 0;
    for (int i = 0; i < size * size; i++) {
      mean += level(luminance, i % size, i / size) / (size * size);
    }
    double[][] values = new double[size][size];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        values[y][x] = (level(luminance, x, y) - mean) * hann(x, size) * hann(y, size);
      }
    }
    return values;
  }

  private static double hann(int position, int size) {
    return 0.5 * (1 - Math.cos(2 * Math.PI * position / (size - 1)));
  }

  private static int ring(int u, int v, int size) {
    return (int) Math.round(Math.hypot(Math.min(u, size - u), Math.min(v, size - v)));
  }

  private static double level(Mat luminance, int x, int y) {
    return luminance.<FloatBuffer>createBuffer().get(y * luminance.cols() + x);
  }

  private static Mat luminance(Mat rgb) {
    Mat luminance = new Mat();
    try (rgb;
        Mat grey = new Mat()) {
      cvtColor(rgb, grey, COLOR_RGB2GRAY);
      grey.convertTo(luminance, CV_32F);
    }
    return luminance;
  }

  private static void assertClose(double[] actual, double[] expected) {
    double all = Arrays.stream(expected).sum();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("ring %d", i).isCloseTo(expected[i], within(1e-5 * all));
    }
  }
}
