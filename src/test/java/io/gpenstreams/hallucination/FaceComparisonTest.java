package io.gpenstreams.hallucination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_core.minMaxLoc;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.SharedData;
import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.face.CascadeDetector;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Landmarks.Point;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.hallucination.FaceComparison.Comparison;
import io.gpenstreams.image.Pixels;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.Restorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaceComparisonTest {
  private static final int SIZE = 512;
  private static final Landmarks LANDMARKS = new FaceTemplate(SIZE).landmarks();
  private static final double DETECTION = 0.9;

  private static FaceComparison comparison;

  @BeforeAll
  static void open() {
    comparison = new FaceComparison(SIZE);
  }

  @AfterAll
  static void close() {
    comparison.close();
  }

  @Test
  void findsNothingWhereNothingChanged() {
    try (Mat crop = Pixels.noise(SIZE, SIZE, 1);
        Comparison compared = comparison.compare(crop, crop, LANDMARKS, SIZE);
        DoublePointer most = new DoublePointer(1)) {
      FaceMeasures measures = compared.measures();
      assertThat(measures.synthesizedDetail()).isZero();
      assertThat(measures.inconsistency()).isZero();
      assertThat(measures.regions().values()).containsOnly(0.0).hasSize(5);
      minMaxLoc(compared.invented(), null, most, null, null, null);
      assertThat(most.get()).isZero();
      assertThat(Trust.of(measures, DETECTION).score()).isZero();
    }
  }

  @Test
  void callsAnUnrelatedPictureInconsistent() {
    try (Mat before = natural(3);
        Mat after = natural(4)) {
      assertThat(measure(before, after).inconsistency()).isGreaterThan(0.8);
    }
  }

  @Test
  void callsANegativeInconsistentAtMostToOne() {
    try (Mat before = natural(3);
        Mat after =
            Pixels.of(SIZE, SIZE, (x, y, channel) -> 255 - Pixels.level(before, x, y, channel))) {
      assertThat(measure(before, after).inconsistency()).isEqualTo(1);
    }
  }

  @Test
  void growsWithTheShareOfAnotherPicture() {
    try (Mat before = natural(5);
        Mat other = natural(6);
        Mat blend = new Mat()) {
      double last = -1;
      for (int share = 0; share <= 10; share++) {
        addWeighted(before, 1 - share / 10.0, other, share / 10.0, 0, blend);
        double inconsistency = measure(before, blend).inconsistency();
        assertThat(inconsistency).as("at %d tenths", share).isGreaterThan(last);
        last = inconsistency;
      }
    }
  }

  @Test
  void growsWithAddedGrain() {
    try (Mat before = natural(7);
        Mat grain = Pixels.noise(SIZE, SIZE, 8);
        Mat after = new Mat()) {
      double last = -1;
      for (int share = 0; share <= 5; share++) {
        addWeighted(before, 1, grain, share / 20.0, -share / 20.0 * 128, after);
        double synthesized = measure(before, after).synthesizedDetail();
        assertThat(synthesized).as("at %d twentieths", share).isGreaterThan(last);
        last = synthesized;
      }
      assertThat(last).isGreaterThan(0.6);
    }
  }

  @Test
  void doesNotCountWhatWasTakenAway() {
    try (Mat before = natural(9);
        Mat after = new Mat();
        Size kernel = new Size(0, 0)) {
      GaussianBlur(before, after, kernel, 3);
      assertThat(measure(before, after).synthesizedDetail()).isLessThan(0.01);
    }
  }

  @Test
  void countsMildSharpeningALittle() {
    try (Mat crop = astronaut(SIZE);
        Mat blurred = new Mat();
        Mat sharpened = new Mat();
        Size kernel = new Size(0, 0)) {
      GaussianBlur(crop, blurred, kernel, 1);
      addWeighted(crop, 1.1, blurred, -0.1, 0, sharpened);

      assertThat(measure(crop, sharpened).synthesizedDetail()).isBetween(0.005, 0.07);
    }
  }

  @Test
  void seesWhatGpenInventedAndThatTheBuiltInModelDoesNot() {
    List<Double> synthesized = new ArrayList<>();
    int high = 0;
    try (Restorer control = Restorer.builtin(SIZE, Device.cpu())) {
      for (int i = 0; i < 29; i++) {
        try (Mat pair = Pixels.read(SharedData.file("pairs/solvay/face%02d.jpg".formatted(i)));
            Rect left = new Rect(0, 0, SIZE, SIZE);
            Rect right = new Rect(SIZE, 0, SIZE, SIZE);
            Mat leftHalf = new Mat(pair, left);
            Mat rightHalf = new Mat(pair, right);
            Mat before = rgb(leftHalf);
            Mat after = rgb(rightHalf);
            Mat controlled = control.restore(before)) {
          FaceMeasures generated = measure(before, after);
          Trust trust = Trust.of(generated, DETECTION);
          double controlScore = Trust.of(measure(before, controlled), DETECTION).score();

          synthesized.add(generated.synthesizedDetail());
          high += trust.level() == Level.HIGH ? 1 : 0;
          assertThat(controlScore).as("control of face %d", i).isLessThan(0.1);
          assertThat(trust.score()).as("face %d", i).isGreaterThan(controlScore + 0.3);
          assertThat(trust.level()).isNotEqualTo(Level.LOW);
        }
      }
    }
    assertThat(synthesized).hasSize(29).allSatisfy(s -> assertThat(s).isBetween(0.40, 0.70));
    assertThat(high).isGreaterThanOrEqualTo(26);
  }

  @ParameterizedTest
  @ValueSource(strings = {"photos/solvay-1927.png", "photos/astronaut.png"})
  void findsTheBuiltInModelHonestOnEveryFaceOfAPhoto(String name) {
    try (Mat photo = Pixels.read(SharedData.file(name));
        FaceDetector detector = new CascadeDetector();
        Restorer control = Restorer.builtin(SIZE, Device.cpu())) {
      List<DetectedFace> faces = detector.detect(photo);
      assertThat(faces).isNotEmpty();
      for (DetectedFace face : faces) {
        Similarity toCrop = new FaceTemplate(SIZE).align(face.landmarks());
        double sourcePixels = SIZE / toCrop.magnification();
        try (Mat before = new FaceAligner(SIZE).crop(photo, toCrop);
            Mat after = control.restore(before);
            Comparison compared =
                comparison.compare(before, after, face.landmarks().through(toCrop), sourcePixels)) {
          FaceMeasures measures = compared.measures();
          assertThat(Trust.of(measures, DETECTION).score()).isLessThan(0.1);
          assertThat(measures.effectiveResolution()).isLessThanOrEqualTo(sourcePixels);
          assertThat(measures.upsampling())
              .isCloseTo(SIZE / measures.effectiveResolution(), within(1e-9));
        }
      }
    }
  }

  /** The kernel's slope lets a little through beyond the limit; half as much again bounds it. */
  @ParameterizedTest
  @CsvSource({"3", "4", "6", "8", "12", "16"})
  void anEnlargedPictureCarriesWhatItsPixelsCarried(int factor) {
    try (Mat small = astronaut(SIZE / factor);
        Mat enlarged = new Mat();
        Size size = new Size(SIZE, SIZE)) {
      resize(small, enlarged, size, 0, 0, INTER_CUBIC);
      double pixels = SIZE / (double) factor;

      assertThat(comparison.effectiveResolution(enlarged, SIZE))
          .isBetween(pixels / 1.5, pixels * 1.5);
      assertThat(comparison.effectiveResolution(enlarged, pixels)).isBetween(pixels / 1.5, pixels);
      assertThat(comparison.effectiveResolution(enlarged, 9)).isEqualTo(9);
      assertThat(comparison.effectiveResolution(enlarged, 0.1)).isEqualTo(2);
    }
  }

  @Test
  void aBlurredPictureCarriesLess() {
    try (Mat crop = astronaut(SIZE);
        Mat blurred = new Mat();
        Size kernel = new Size(0, 0)) {
      double last = comparison.effectiveResolution(crop, SIZE);
      for (int sigma : new int[] {2, 4, 8, 16}) {
        GaussianBlur(crop, blurred, kernel, sigma);
        double resolution = comparison.effectiveResolution(blurred, SIZE);
        assertThat(resolution).as("blurred by %d", sigma).isLessThan(last);
        last = resolution;
      }
      assertThat(last).isLessThan(SIZE / 16.0);
    }
  }

  @Test
  void aFlatPictureCarriesNothing() {
    try (Mat grey = Pixels.of(SIZE, SIZE, (x, y, channel) -> 77)) {
      assertThat(comparison.effectiveResolution(grey, SIZE)).isEqualTo(2);
      FaceMeasures measures = measure(grey, grey);
      assertThat(measures.synthesizedDetail()).isZero();
      assertThat(measures.inconsistency()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"leftEye", "rightEye", "nose", "mouth"})
  void saysInWhichRegionDetailWasInvented(String region) {
    Landmarks marks = LANDMARKS;
    Point place =
        switch (region) {
          case "leftEye" -> marks.leftEye();
          case "rightEye" -> marks.rightEye();
          case "nose" -> marks.nose();
          default ->
              new Point(
                  (marks.leftMouth().x() + marks.rightMouth().x()) / 2, marks.leftMouth().y());
        };
    try (Mat before = Pixels.waves(SIZE, SIZE);
        Mat grain = Pixels.noise(SIZE, SIZE, 5);
        Mat after =
            Pixels.of(
                SIZE,
                SIZE,
                (x, y, channel) ->
                    Math.hypot(x - place.x(), y - place.y()) < 16
                        ? Pixels.level(grain, x, y, channel)
                        : Pixels.level(before, x, y, channel))) {
      Map<String, Double> regions = measure(before, after).regions();
      assertThat(regions).containsOnlyKeys("leftEye", "rightEye", "nose", "mouth", "skin");
      assertThat(regions.get(region)).isGreaterThan(0.5);
      regions.forEach(
          (name, share) -> {
            if (!name.equals(region) && !name.equals("skin")) {
              assertThat(share).as(name).isLessThan(0.05);
            }
          });
    }
  }

  @Test
  void survivesLandmarksFarOutside() {
    Landmarks outside = LANDMARKS.through(Similarity.shift(9000, -9000));
    try (Mat crop = natural(2);
        Comparison compared = comparison.compare(crop, crop, outside, SIZE)) {
      assertThat(compared.measures().regions().values()).containsOnly(0.0).hasSize(5);
    }
  }

  private static FaceMeasures measure(Mat before, Mat after) {
    try (Comparison compared = comparison.compare(before, after, LANDMARKS, SIZE)) {
      return compared.measures();
    }
  }

  /** Blobs of all sizes: about as much power in each octave, as photographs have it. */
  private static Mat natural(long seed) {
    Mat sum = Pixels.of(SIZE, SIZE, (x, y, channel) -> 128);
    try (Size size = new Size(SIZE, SIZE);
        Mat enlarged = new Mat()) {
      for (int cells = 4; cells <= SIZE; cells *= 2) {
        try (Mat grain = Pixels.noise(cells, cells, seed * 1000 + cells)) {
          resize(grain, enlarged, size, 0, 0, INTER_CUBIC);
          addWeighted(sum, 1, enlarged, 0.12, -0.12 * 128, sum);
        }
      }
    }
    return sum;
  }

  private static Mat astronaut(int size) {
    try (Mat photo = Pixels.read(SharedData.file("photos/astronaut.png"));
        Mat scaled = new Mat();
        Size target = new Size(size, size)) {
      resize(photo, scaled, target, 0, 0, INTER_AREA);
      return rgb(scaled);
    }
  }

  private static Mat rgb(Mat bgr) {
    Mat rgb = new Mat();
    cvtColor(bgr, rgb, COLOR_BGR2RGB);
    return rgb;
  }
}
