package io.gpenstreams.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpenstreams.face.Landmarks.Point;
import io.gpenstreams.image.Pixels;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaceBlenderTest {
  private static final int SIZE = 256;

  private final FaceAligner aligner = new FaceAligner(SIZE);

  @ParameterizedTest
  @CsvSource({"0.4, 0", "0.7, 30", "1, 0", "1.7, -12", "4, 25", "13, 90"})
  void anUnchangedFaceLeavesThePhotoAlmostAsItWas(double magnification, double degrees) {
    int side = (int) Math.ceil(SIZE / magnification * 1.6);
    Similarity toCrop = FaceAlignerTest.aboutCentre(magnification, degrees, side, side);
    // Waves that both the photo and the crop can hold.
    double waves = Math.min(4, magnification);
    try (Mat photo =
            Pixels.of(
                side,
                side,
                (x, y, channel) ->
                    128 + 50 * Math.sin(x * waves / 17 + channel) + 40 * Math.cos(y * waves / 14));
        Mat result = photo.clone();
        Mat crop = aligner.crop(photo, toCrop);
        FaceBlender blender = new FaceBlender(SIZE)) {
      blender.blend(crop, toCrop, 1, result);

      assertThat(Pixels.meanDifference(photo, result)).isLessThan(0.6);
      assertThat(Pixels.largestDifference(photo, result)).isLessThan(14);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.4, 0", "1, 0", "1.7, -12", "4, 25", "13, 90"})
  void putsTheFaceInsideItsSquareAndNothingOutside(double magnification, double degrees) {
    int side = (int) Math.ceil(SIZE / magnification * 2.2);
    Similarity toCrop = FaceAlignerTest.aboutCentre(magnification, degrees, side, side);
    try (Mat photo = Pixels.noise(side, side, 3);
        Mat result = photo.clone();
        Mat face = Pixels.of(SIZE, SIZE, (x, y, channel) -> 40 + 60 * channel);
        FaceBlender blender = new FaceBlender(SIZE)) {
      blender.blend(face, toCrop, 1, result);

      // A photo pixel's reach in the crop: interpolation may spread the mask that far.
      double reach = 2 * Math.max(1, magnification);
      int inside = 0;
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          Point p = toCrop.apply(new Point(x, y));
          double depth =
              Math.min(Math.min(p.x(), SIZE - 1 - p.x()), Math.min(p.y(), SIZE - 1 - p.y()));
          for (int channel = 0; channel < 3; channel++) {
            int level = Pixels.level(result, x, y, channel);
            if (depth < -reach) {
              assertThat(level).isEqualTo(Pixels.level(photo, x, y, channel));
            } else if (depth > 0.17 * SIZE + reach) {
              // Blue first in the photo, red first in the crop.
              assertThat(level).isCloseTo(40 + 60 * (2 - channel), within(1));
              inside++;
            }
          }
        }
      }
      assertThat(inside).isPositive();
    }
  }

  @Test
  void fadesFromTheFaceToThePhotoWithoutAStep() {
    try (Mat photo = Pixels.of(400, 400, (x, y, channel) -> 0);
        Mat face = Pixels.of(SIZE, SIZE, (x, y, channel) -> 255);
        FaceBlender blender = new FaceBlender(SIZE)) {
      blender.blend(face, Similarity.shift(-72, -72), 1, photo);

      for (int x = 72; x < 200; x++) {
        int step = Pixels.level(photo, x, 200, 1) - Pixels.level(photo, x - 1, 200, 1);
        assertThat(step).isBetween(-1, 16);
      }
      assertThat(Pixels.level(photo, 200, 200, 1)).isEqualTo(255);
    }
  }

  @Test
  void weightSaysHowMuchOfTheFace() {
    try (Mat photo = Pixels.of(400, 400, (x, y, channel) -> 100);
        Mat untouched = photo.clone();
        Mat face = Pixels.of(SIZE, SIZE, (x, y, channel) -> 200);
        FaceBlender blender = new FaceBlender(SIZE)) {
      blender.blend(face, Similarity.shift(-72, -72), 0, photo);
      assertThat(Pixels.largestDifference(photo, untouched)).isZero();

      blender.blend(face, Similarity.shift(-72, -72), 0.25, photo);
      assertThat(Pixels.level(photo, 200, 200, 0)).isCloseTo(125, within(1));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "0.3", "9"})
  void blendsTheVisiblePartOfAFaceAcrossTheEdge(double magnification) {
    int side = (int) Math.ceil(SIZE / magnification);
    // Only the left part of the crop lies in the photo: its last columns are few.
    for (double visible : new double[] {0.1, 0.17, 0.3, 0.45, 0.6}) {
      int width = Math.max(1, (int) (side * visible));
      Similarity toCrop = new Similarity(magnification, 0, 0, 0);
      try (Mat photo = Pixels.of(width, side, (x, y, channel) -> 0);
          Mat whole = Pixels.of(side, side, (x, y, channel) -> 0);
          Mat face = Pixels.of(SIZE, SIZE, (x, y, channel) -> 200);
          FaceBlender blender = new FaceBlender(SIZE)) {
        blender.blend(face, toCrop, 1, photo);
        blender.blend(face, toCrop, 1, whole);

        for (int y = 0; y < side; y += Math.max(1, side / 40)) {
          // The last columns lie between the centres of a cell of the mask and the edge.
          for (int x = 0; x < width - 2 / magnification; x++) {
            assertThat(Pixels.level(photo, x, y, 1))
                .as("at %d, %d of %d", x, y, width)
                .isCloseTo(Pixels.level(whole, x, y, 1), within(3));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"5000, 10", "-5000, 10", "10, 5000", "-900, -900"})
  void leavesAPhotoAloneThatTheFaceLiesBeyond(double x, double y) {
    try (Mat photo = Pixels.noise(60, 50, 4);
        Mat untouched = photo.clone();
        Mat face = Pixels.of(SIZE, SIZE, (u, v, channel) -> 255);
        FaceBlender blender = new FaceBlender(SIZE)) {
      for (double magnification : new double[] {0.2, 1, 8}) {
        Similarity toCrop = Similarity.shift(x, y).then(new Similarity(magnification, 0.1, 0, 0));
        blender.blend(face, toCrop, 1, photo);
      }

      assertThat(Pixels.largestDifference(photo, untouched)).isZero();
    }
  }
}
