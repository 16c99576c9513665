package io.gpenstreams.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpenstreams.face.Landmarks.Point;
import io.gpenstreams.image.Pixels;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaceAlignerTest {
  private static final int SIZE = 256;

  /**
   * Linear ramps are what linear interpolation and averaging leave as they are, so the crop's
   * levels tell where each of its pixels came from.
   */
  @ParameterizedTest
  @CsvSource({
    "0.12, 0",
    "0.26, 17",
    "0.5, 0",
    "0.5, 33",
    "0.77, -20",
    "1, 0",
    "1, 8",
    "1.9, 45",
    "2, 0",
    "3.3, -80",
    "7, 12",
    "15.5, 170",
    "30, 5"
  })
  void putsEveryPixelWhereTheTransformSays(double magnification, double degrees) {
    double photoSide = SIZE / magnification;
    int side = (int) Math.ceil(photoSide * 1.5) + 11;
    double step = 200.0 / side;
    Similarity toCrop = aboutCentre(magnification, degrees, side + 0.3, side - 0.4);
    try (Mat photo =
            Pixels.of(
                side,
                side + 7,
                (x, y, channel) -> channel == 0 ? 20 + step * x : 20 + step * y * 0.9);
        Mat crop = new FaceAligner(SIZE).crop(photo, toCrop)) {
      assertThat(crop.rows()).isEqualTo(SIZE);
      assertThat(crop.cols()).isEqualTo(SIZE);
      for (int y = 8; y < SIZE - 8; y += 3) {
        for (int x = 8; x < SIZE - 8; x += 3) {
          Point source = toCrop.inverse().apply(new Point(x, y));
          // Red comes first in a crop; blue, the photo's channel 0, is its last. What is left is
          // rounding to levels, in the photo and in the crop.
          assertThat(Pixels.level(crop, x, y, 2) - (20 + step * source.x()))
              .isCloseTo(0, within(1.6));
          assertThat(Pixels.level(crop, x, y, 0) - (20 + step * source.y() * 0.9))
              .isCloseTo(0, within(1.6));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.12, 0",
    "0.26, 17",
    "0.3, 0",
    "0.5, 0",
    "0.5, 33",
    "0.77, -20",
    "1, 0",
    "1, 20",
    "1.9, 45",
    "2, 0",
    "3.3, -80",
    "6, -15",
    "15.5, 170",
    "30, 0"
  })
  void keepsAPatternsPhase(double magnification, double degrees) {
    // At least eight pixels of the photo, so that it can be drawn.
    double cropPeriod = Math.max(24, 8 * magnification);
    double period = cropPeriod / magnification;
    int side = (int) Math.ceil(SIZE / magnification * 1.5) + 11;
    Similarity toCrop = aboutCentre(magnification, degrees, side, side);
    try (Mat photo =
            Pixels.of(
                side, side, (x, y, channel) -> 128 + 100 * Math.sin(2 * Math.PI * x / period));
        Mat crop = new FaceAligner(SIZE).crop(photo, toCrop)) {
      double sine = 0;
      double cosine = 0;
      for (int y = 8; y < SIZE - 8; y++) {
        for (int x = 8; x < SIZE - 8; x++) {
          double phase = 2 * Math.PI * toCrop.inverse().apply(new Point(x, y)).x() / period;
          sine += (Pixels.level(crop, x, y, 1) - 128) * Math.sin(phase);
          cosine += (Pixels.level(crop, x, y, 1) - 128) * Math.cos(phase);
        }
      }
      double shift = Math.atan2(cosine, sine) / (2 * Math.PI) * cropPeriod;
      assertThat(shift)
          .as("crop pixels off")
          .isCloseTo(0, within(0.1 * Math.max(1, magnification)));
    }
  }

  @Test
  void showsTheMirrorImageBeyondThePhotosEdge() {
    try (Mat photo = Pixels.waves(100, 80);
        Mat crop = new FaceAligner(SIZE).crop(photo, Similarity.shift(128, 128))) {
      for (int d = 1; d < 60; d += 7) {
        assertThat(Pixels.level(crop, 128 - d, 150, 1))
            .isCloseTo(Pixels.level(crop, 128 + d, 150, 1), within(2));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"5000, 10", "-5000, 10", "10, 5000", "-900, -900", "0, 0"})
  void givesACropWhereverTheFaceLies(double x, double y) {
    try (Mat photo = Pixels.waves(40, 30);
        Mat near = new FaceAligner(SIZE).crop(photo, Similarity.shift(x, y));
        Mat enlarged =
            new FaceAligner(SIZE)
                .crop(photo, Similarity.shift(x, y).then(new Similarity(9, 2, 0, 0)));
        Mat reduced =
            new FaceAligner(SIZE)
                .crop(photo, Similarity.shift(x, y).then(new Similarity(0.1, 0.02, 0, 0)))) {
      assertThat(near.cols()).isEqualTo(SIZE);
      assertThat(enlarged.cols()).isEqualTo(SIZE);
      assertThat(reduced.cols()).isEqualTo(SIZE);
    }
  }

  @Test
  void cutsAFaceOutOfAPhotoOfOnePixel() {
    try (Mat photo = Pixels.of(1, 1, (x, y, channel) -> 60 + channel);
        Mat crop = new FaceAligner(SIZE).crop(photo, Similarity.scale(200))) {
      assertThat(Pixels.level(crop, 100, 100, 0)).isEqualTo(62);
      assertThat(Pixels.level(crop, 100, 100, 2)).isEqualTo(60);
    }
  }

  /** Turns and enlarges about the middle of a photo, which becomes the middle of the crop. */
  static Similarity aboutCentre(double magnification, double degrees, double width, double height) {
    double angle = Math.toRadians(degrees);
    Similarity turn =
        new Similarity(magnification * Math.cos(angle), magnification * Math.sin(angle), 0, 0);
    return Similarity.shift(-width / 2, -height / 2)
        .then(turn)
        .then(Similarity.shift(SIZE / 2.0, SIZE / 2.0));
  }
}
