package io.gpenstreams.hallucination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;

import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Landmarks.Point;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.hallucination.FaceComparison.Comparison;
import io.gpenstreams.image.Pixels;
import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HallucinationMapTest {
  private static final int GRID = 512;
  private static final int SIZE = 256;
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;
  private static final int OPACITY = 3;

  @Test
  void isTransparentWhereNothingWasAdded() {
    try (HallucinationMap map = new HallucinationMap(WIDTH, HEIGHT, SIZE);
        Mat crop = Pixels.noise(SIZE, SIZE, 1);
        FaceComparison comparison = new FaceComparison(SIZE);
        Comparison compared =
            comparison.compare(crop, crop, new FaceTemplate(SIZE).landmarks(), SIZE)) {
      map.add(compared.map(), Similarity.shift(-20, -20));
      try (Mat pixels = map.pixels()) {
        assertThat(pixels.cols()).isEqualTo(WIDTH);
        assertThat(pixels.rows()).isEqualTo(HEIGHT);
        assertThat(pixels.channels()).isEqualTo(4);
        for (int y = 0; y < HEIGHT; y++) {
          for (int x = 0; x < WIDTH; x++) {
            assertThat(Pixels.level(pixels, x, y, OPACITY)).isZero();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1.3, 0", "2, 35", "0.8, -100", "5, 180"})
  void showsInventedDetailAtItsPlaceInThePhoto(double magnification, double degrees) {
    double angle = Math.toRadians(degrees);
    Similarity toCrop =
        Similarity.shift(-WIDTH / 2.0, -HEIGHT / 2.0)
            .then(
                new Similarity(
                    magnification * Math.cos(angle), magnification * Math.sin(angle), 0, 0))
            .then(Similarity.shift(SIZE / 2.0, SIZE / 2.0));
    Point noisy = new Point(80, 170);
    double radius = 30;
    try (Mat before = Pixels.waves(SIZE, SIZE);
        Mat grain = Pixels.noise(SIZE, SIZE, 4);
        Mat after =
            Pixels.of(
                SIZE,
                SIZE,
                (x, y, channel) ->
                    Math.hypot(x - noisy.x(), y - noisy.y()) < radius
                        ? Pixels.level(grain, x, y, channel)
                        : Pixels.level(before, x, y, channel));
        HallucinationMap map = new HallucinationMap(WIDTH, HEIGHT, SIZE);
        FaceComparison comparison = new FaceComparison(SIZE);
        Comparison compared =
            comparison.compare(before, after, new FaceTemplate(SIZE).landmarks(), SIZE)) {
      map.add(compared.map(), toCrop);
      try (Mat pixels = map.pixels()) {
        int opaque = 0;
        for (int y = 0; y < HEIGHT; y++) {
          for (int x = 0; x < WIDTH; x++) {
            Point inCrop = toCrop.apply(new Point(x, y));
            double distance = Math.hypot(inCrop.x() - noisy.x(), inCrop.y() - noisy.y());
            int opacity = Pixels.level(pixels, x, y, OPACITY);
            if (distance < radius - 8) {
              assertThat(opacity).as("in the noise, at %d, %d", x, y).isGreaterThan(180);
              opaque++;
            } else if (distance > radius + 60) {
              assertThat(opacity).as("beside the noise, at %d, %d", x, y).isLessThan(140);
            }
          }
        }
        assertThat(opaque).isGreaterThan(10);
      }
    }
  }

  @Test
  void showsTheMoreInventedOfTwoFaces() {
    try (HallucinationMap map = new HallucinationMap(WIDTH, HEIGHT, SIZE);
        Mat little = flat(0.25f);
        Mat much = flat(0.75f)) {
      map.add(much, Similarity.shift(0, 0));
      map.add(little, Similarity.shift(-60, 0));
      try (Mat pixels = map.pixels()) {
        int strong = (int) Math.round(255 * Math.pow((0.75 - 0.06) / 0.94, 0.75));
        int faint = (int) Math.round(255 * Math.pow((0.25 - 0.06) / 0.94, 0.75));
        assertThat(Pixels.level(pixels, 30, 100, OPACITY)).isEqualTo(strong);
        assertThat(Pixels.level(pixels, 150, 100, OPACITY)).isEqualTo(strong);
        assertThat(Pixels.level(pixels, 300, 100, OPACITY)).isEqualTo(faint);
        assertThat(Pixels.level(pixels, 300, 100, 2)).isEqualTo(230);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"9000, 0", "-9000, 0", "0, 9000"})
  void ignoresAFaceBeyondThePhoto(double x, double y) {
    try (HallucinationMap map = new HallucinationMap(WIDTH, HEIGHT, SIZE);
        Mat much = flat(1)) {
      map.add(much, Similarity.shift(x, y));
      try (Mat pixels = map.pixels()) {
        assertThat(Pixels.level(pixels, 0, 0, OPACITY)).isZero();
        assertThat(Pixels.level(pixels, WIDTH - 1, HEIGHT - 1, OPACITY)).isZero();
      }
    }
  }

  @Test
  void tellsByColourWhatHappened() {
    try (HallucinationMap map = new HallucinationMap(WIDTH, HEIGHT, SIZE);
        Mat recoloured = flat(0, 0.5f, 0);
        Mat lost = flat(0, 0, 0.5f)) {
      map.add(recoloured, Similarity.scale(2));
      map.add(lost, Similarity.scale(2).then(Similarity.shift(-400, 0)));
      try (Mat pixels = map.pixels()) {
        assertThat(bgr(pixels, 30, 100)).containsExactly(255, 200, 0);
        assertThat(bgr(pixels, 260, 100)).containsExactly(0, 215, 255);
      }
    }
  }

  private static int[] bgr(Mat pixels, int x, int y) {
    return new int[] {
      Pixels.level(pixels, x, y, 0), Pixels.level(pixels, x, y, 1), Pixels.level(pixels, x, y, 2)
    };
  }

  private static Mat flat(float invented) {
    return flat(invented, 0, 0);
  }

  private static Mat flat(float invented, float recoloured, float lost) {
    Mat map = new Mat(GRID, GRID, CV_32FC3);
    FloatBuffer values = map.createBuffer();
    while (values.hasRemaining()) {
      values.put(invented).put(recoloured).put(lost);
    }
    return map;
  }
}
