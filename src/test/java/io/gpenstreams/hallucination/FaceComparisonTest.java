package io.gpenstreams.hallucination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.gpenstreams.SharedData;
import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Landmarks.Point;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.hallucination.FaceComparison.Comparison;
import io.gpenstreams.image.Pixels;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaceComparisonTest {
  private static final int SIZE = 512;
  private static final Landmarks LANDMARKS = new FaceTemplate(SIZE).landmarks();
  private static final double INVARIANT = 0.05;

  private static FaceComparison comparison;
  private static SharpFaces.Face portrait;

  @BeforeAll
  static void open() {
    comparison = new FaceComparison(SIZE);
    portrait = SharpFaces.portrait();
  }

  @AfterAll
  static void close() {
    comparison.close();
    portrait.close();
  }

  @Test
  void findsNothingWhereNothingChanged() {
    try (Mat noise = Pixels.noise(SIZE, SIZE, 1);
        Mat grey = Pixels.of(SIZE, SIZE, (x, y, channel) -> 77)) {
      for (Mat crop : List.of(noise, grey, portrait.rgb())) {
        try (Comparison compared = comparison.compare(crop, crop, LANDMARKS, SIZE)) {
          FaceMeasures measures = compared.measures();
          assertThat(measures.regions()).hasSize(5);
          for (RegionMeasures region : all(measures)) {
            assertThat(region).isEqualTo(new RegionMeasures(0, 0, 0, 0, 0, 0, 0));
          }
          assertThat(values(compared.map())).containsOnly(0f);
          assertThat(Trust.of(measures, 1).level()).isEqualTo(Level.LOW);
        }
      }
    }
  }

  /** What a hostile photo may hold. */
  private enum Hostile {
    BLACK,
    WHITE,
    GREY,
    NOISE,
    ONE_BRIGHT_PIXEL,
    CHECKERBOARD,
    COARSE_CHECKERBOARD,
    COLOURS;

    Mat draw(int size) {
      return switch (this) {
        case BLACK -> Pixels.of(size, size, (x, y, channel) -> 0);
        case WHITE -> Pixels.of(size, size, (x, y, channel) -> 255);
        case GREY -> Pixels.of(size, size, (x, y, channel) -> 77);
        case NOISE -> Pixels.noise(size, size, 5);
        case ONE_BRIGHT_PIXEL ->
            Pixels.of(size, size, (x, y, c) -> x == size / 2 && y == size / 2 ? 255 : 0);
        case CHECKERBOARD -> Pixels.of(size, size, (x, y, c) -> (x + y) % 2 * 255);
        case COARSE_CHECKERBOARD -> Pixels.of(size, size, (x, y, c) -> (x / 16 + y / 16) % 2 * 255);
        case COLOURS -> Pixels.of(size, size, (x, y, c) -> (x / 8 + c) % 3 == 0 ? 255 : 0);
      };
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 512, 1024})
  void staysInRangeWhateverTheCropsHold(int size) {
    try (FaceComparison ofSize = new FaceComparison(size)) {
      for (Hostile first : Hostile.values()) {
        for (Hostile second : Hostile.values()) {
          try (Mat before = first.draw(size);
              Mat after = second.draw(size);
              Comparison compared =
                  ofSize.compare(before, after, new FaceTemplate(size).landmarks(), size / 3.0)) {
            String pair = first + " to " + second;
            assertInRange(compared, pair);
            assertThat(compared.measures().effectiveResolution())
                .as(pair)
                .isBetween(2.0, Math.max(2, size / 3.0));
          }
        }
      }
    }
  }

  @Test
  void staysInRangeWithLandmarksAnywhere() {
    try (Mat before = Pixels.noise(SIZE, SIZE, 2);
        Mat after = Pixels.waves(SIZE, SIZE)) {
      Landmarks outside = LANDMARKS.through(Similarity.shift(9000, -9000));
      Point middle = new Point(256, 256);
      Landmarks one = new Landmarks(middle, middle, middle, middle, middle);
      Landmarks huge = LANDMARKS.through(Similarity.scale(50));
      for (Landmarks landmarks : List.of(outside, one, huge)) {
        try (Comparison compared = comparison.compare(before, after, landmarks, SIZE)) {
          assertInRange(compared, landmarks.toString());
        }
      }
    }
  }

  private static void assertInRange(Comparison compared, String name) {
    FaceMeasures measures = compared.measures();
    List<Double> shares = new ArrayList<>();
    for (RegionMeasures region : all(measures)) {
      shares.addAll(
          List.of(
              region.score(),
              region.synthesizedDetail(),
              region.inconsistency(),
              region.unsupported(),
              region.identityRisk(),
              region.colourChange(),
              region.lostDetail()));
    }
    shares.addAll(List.of(measures.identityRisk(), measures.colourChange()));
    shares.add(Trust.of(measures, 0.5).confidence());
    // Sums of shares may differ from 1 by their rounding.
    assertThat(shares).as(name).allSatisfy(s -> assertThat(s).isBetween(0.0, 1 + 1e-9));
    for (float value : values(compared.map())) {
      assertThat(value).as(name).isBetween(0f, 1f);
    }
    assertThat(measures.upsampling()).as(name).isFinite().isGreaterThanOrEqualTo(1);
  }

  /** Changes that are no invention. */
  private enum Harmless {
    DARKER,
    BRIGHTER,
    LESS_CONTRAST,
    MORE_CONTRAST,
    GAMMA_LIGHTER,
    GAMMA_DARKER,
    MOVED_RIGHT,
    MOVED_UP_LEFT,
    MOVED_DOWN_RIGHT,
    MOVED_DOWN,
    JPEG_OF_THE_INPUT;

    boolean ofOutput() {
      return this != JPEG_OF_THE_INPUT;
    }

    Mat change(Mat crop) {
      return switch (this) {
        case DARKER -> scaled(crop, 0.8, 0);
        case BRIGHTER -> scaled(crop, 1.2, 0);
        case LESS_CONTRAST -> scaled(crop, 0.8, 0.2 * 128);
        case MORE_CONTRAST -> scaled(crop, 1.2, -0.2 * 128);
        case GAMMA_LIGHTER -> gamma(crop, 0.8);
        case GAMMA_DARKER -> gamma(crop, 1.25);
        case MOVED_RIGHT -> moved(crop, 2, 0);
        case MOVED_UP_LEFT -> moved(crop, -1.4, -1.4);
        case MOVED_DOWN_RIGHT -> moved(crop, 2, 2);
        case MOVED_DOWN -> moved(crop, 0, 3);
        case JPEG_OF_THE_INPUT -> jpeg(crop);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void harmlessChangesCountAsNoInvention(Harmless harmless) {
    Figures figures = new Figures("invariance-" + harmless);
    for (int factor : new int[] {1, 3, 6}) {
      try (Mat input = reduced(portrait.rgb(), factor)) {
        double change = change(harmless, input, portrait.rgb(), portrait.landmarks());
        figures.add("portrait, 1/%d of the pixels: %.4f", factor, change);
        assertThat(change).as("at 1/%d", factor).isBetween(-INVARIANT, INVARIANT);
      }
    }
    figures.write();
  }

  @ParameterizedTest
  @EnumSource
  void harmlessChangesOfRealResultsCountAsNoInvention(Harmless harmless) {
    Figures figures = new Figures("invariance-pairs-" + harmless);
    for (int pair = 0; pair < SharpFaces.PAIRS; pair += 8) {
      try (Mat before = SharpFaces.half(pair, 0);
          Mat after = SharpFaces.half(pair, 1)) {
        double change = change(harmless, before, after, LANDMARKS);
        figures.add("pair %d: %.4f", pair, change);
        assertThat(change).as("pair %d", pair).isBetween(-INVARIANT, INVARIANT);
      }
    }
    figures.write();
  }

  private static double change(Harmless harmless, Mat before, Mat after, Landmarks landmarks) {
    try (Mat changed = harmless.change(harmless.ofOutput() ? after : before)) {
      double plain = measure(before, after, landmarks).face().score();
      FaceMeasures measures =
          harmless.ofOutput()
              ? measure(before, changed, landmarks)
              : measure(changed, after, landmarks);
      return measures.face().score() - plain;
    }
  }

  @Test
  void aMirroredPairMeasuresTheSame() {
    try (Mat input = reduced(portrait.rgb(), 4);
        Mat before = new Mat();
        Mat after = new Mat()) {
      flip(input, before, 1);
      flip(portrait.rgb(), after, 1);
      Landmarks marks = portrait.landmarks();
      Landmarks mirrored =
          new Landmarks(
              mirror(marks.rightEye()),
              mirror(marks.leftEye()),
              mirror(marks.nose()),
              mirror(marks.rightMouth()),
              mirror(marks.leftMouth()));

      FaceMeasures plain = measure(input, portrait.rgb(), marks);
      FaceMeasures seen = measure(before, after, mirrored);

      assertThat(seen.face().score()).isCloseTo(plain.face().score(), within(1e-3));
      assertThat(seen.identityRisk()).isCloseTo(plain.identityRisk(), within(1e-3));
      assertThat(seen.regions().get("leftEye").unsupported())
          .isCloseTo(plain.regions().get("rightEye").unsupported(), within(1e-3));
    }
  }

  private static Point mirror(Point point) {
    return new Point(SIZE - 1 - point.x(), point.y());
  }

  @Test
  void theSizeOfTheCropsMattersLittle() {
    try (Mat input = reduced(portrait.rgb(), 6)) {
      FaceMeasures plain = measure(input, portrait.rgb(), portrait.landmarks());
      for (int size : new int[] {1024, 2048}) {
        try (FaceComparison larger = new FaceComparison(size);
            Mat before = enlarged(input, size);
            Mat after = enlarged(portrait.rgb(), size)) {
          Landmarks marks = portrait.landmarks().through(Similarity.scale(size / (double) SIZE));
          FaceMeasures measures = larger.measure(before, after, marks, SIZE);
          // Enlarging and reducing softens the finest band.
          assertThat(measures.face().score()).isCloseTo(plain.face().score(), within(0.03));
          assertThat(measures.identityRisk()).isCloseTo(plain.identityRisk(), within(0.01));
          assertThat(measures.colourChange()).isCloseTo(plain.colourChange(), within(0.02));
          assertThat(measures.effectiveResolution())
              .isCloseTo(plain.effectiveResolution(), within(4.0));
        }
      }
    }
  }

  private static Mat enlarged(Mat crop, int side) {
    Mat enlarged = new Mat();
    try (Size size = new Size(side, side)) {
      resize(crop, enlarged, size, 0, 0, INTER_CUBIC);
    }
    return enlarged;
  }

  @Test
  void anotherBackgroundIsNoInvention() {
    Ellipse face = Ellipse.ofFace(portrait.landmarks(), 1).get(Ellipse.SKIN);
    try (Mat noise = Pixels.noise(SIZE, SIZE, 3);
        Mat after =
            Pixels.of(
                SIZE,
                SIZE,
                (x, y, channel) ->
                    Math.hypot((x - face.x()) / face.radiusX(), (y - face.y()) / face.radiusY())
                            < 1.1
                        ? Pixels.level(portrait.rgb(), x, y, channel)
                        : Pixels.level(noise, x, y, channel))) {
      FaceMeasures measures = measure(portrait.rgb(), after, portrait.landmarks());
      Figures figures = new Figures("background");
      figures.add(
          "another background: score %.4f, identity risk %.4f",
          measures.face().score(), measures.identityRisk());
      figures.write();
      assertThat(measures.face().score()).isLessThanOrEqualTo(0.1);
      assertThat(measures.identityRisk()).isLessThanOrEqualTo(0.1);
    }
  }

  @Test
  void blurLosesDetailAndInventsNothing() {
    Figures figures = new Figures("blur");
    double last = 0;
    try (Mat blurred = new Mat();
        Size kernel = new Size(0, 0)) {
      for (double sigma : new double[] {1, 2, 3, 5}) {
        GaussianBlur(portrait.rgb(), blurred, kernel, sigma);
        FaceMeasures measures = measure(portrait.rgb(), blurred, portrait.landmarks());
        figures.add(
            "blur of %.0f: lost detail %.3f, score %.3f",
            sigma, measures.face().lostDetail(), measures.face().score());
        assertThat(measures.face().lostDetail()).as("blur of %s", sigma).isGreaterThan(last);
        assertThat(measures.face().score()).as("blur of %s", sigma).isLessThan(0.1);
        last = measures.face().lostDetail();
        if (sigma == 3) {
          assertThat(last).isGreaterThanOrEqualTo(0.4);
        }
      }
    }
    figures.write();
  }

  @Test
  void lessContrastAndLessNoiseLoseNoDetail() {
    try (Mat softer = scaled(portrait.rgb(), 0.8, 25);
        Mat noisy = withNoise(portrait.rgb(), 20)) {
      assertThat(measure(portrait.rgb(), softer, portrait.landmarks()).face().lostDetail())
          .isLessThan(0.05);
      FaceMeasures denoised = measure(noisy, portrait.rgb(), portrait.landmarks());
      assertThat(denoised.face().lostDetail()).isLessThan(0.1);
    }
  }

  @Test
  void anotherTextureIsInvented() {
    // Above 32 cycles across the crop, the power stays and the structure is another.
    try (Mat soft = new Mat();
        Mat mirrored = new Mat();
        Mat mirroredSoft = new Mat();
        Mat after = new Mat();
        Size kernel = new Size(0, 0)) {
      double sigma = 3.5;
      GaussianBlur(portrait.rgb(), soft, kernel, sigma);
      flip(portrait.rgb(), mirrored, 0);
      GaussianBlur(mirrored, mirroredSoft, kernel, sigma);
      addWeighted(mirrored, 0.5, mirroredSoft, -0.5, 128, after);
      addWeighted(soft, 1, after, 2, -256, after);
      FaceMeasures measures = measure(portrait.rgb(), after, portrait.landmarks());
      Figures figures = new Figures("texture");
      figures.add(
          "texture above 32 cycles replaced: score %.3f, identity risk %.3f",
          measures.face().score(), measures.identityRisk());
      figures.write();
      assertThat(measures.face().score()).isGreaterThan(0.3);
    }
  }

  @Test
  void growsWithAddedGrain() {
    try (Mat grain = Pixels.noise(SIZE, SIZE, 8);
        Mat after = new Mat()) {
      double last = -1;
      for (int share = 0; share <= 5; share++) {
        addWeighted(portrait.rgb(), 1, grain, share / 20.0, -share / 20.0 * 128, after);
        double score = measure(portrait.rgb(), after, portrait.landmarks()).face().score();
        assertThat(score).as("at %d twentieths", share).isGreaterThan(last);
        last = score;
      }
      assertThat(last).isGreaterThan(0.3);
    }
  }

  @Test
  void callsANegativeAContradiction() {
    try (Mat after =
        Pixels.of(SIZE, SIZE, (x, y, c) -> 255 - Pixels.level(portrait.rgb(), x, y, c))) {
      FaceMeasures measures = measure(portrait.rgb(), after, portrait.landmarks());
      assertThat(measures.face().inconsistency()).isGreaterThan(0.95);
      assertThat(measures.face().score()).isGreaterThan(0.9);
      assertThat(Trust.of(measures, 1).confidence()).isLessThan(0.05);
    }
  }

  @Test
  void seesColourThatAGreyPhotoDidNotHave() {
    Figures figures = new Figures("coloured");
    for (int pair = 0; pair < SharpFaces.PAIRS; pair += 7) {
      try (Mat before = SharpFaces.half(pair, 1);
          Mat after = coloured(before);
          Comparison compared = comparison.compare(before, after, LANDMARKS, SIZE)) {
        FaceMeasures measures = compared.measures();
        float[] map = values(compared.map());
        double skin = recoloured(map, new Point(256, 330));
        figures.add(
            "pair %d coloured: colour change %.3f, in the map %.3f, score %.3f",
            pair, measures.colourChange(), skin, measures.face().score());
        assertThat(measures.colourChange()).isGreaterThan(0.5);
        assertThat(measures.face().score()).isLessThan(0.1);
        assertThat(skin).isGreaterThan(0.3);
      }
    }
    figures.write();
  }

  @Test
  void aWhiteBalanceIsNoChangeOfColour() {
    double[] gains = {1.04, 1, 0.96};
    try (Mat after =
        Pixels.of(SIZE, SIZE, (x, y, c) -> gains[c] * Pixels.level(portrait.rgb(), x, y, c))) {
      assertThat(measure(portrait.rgb(), after, portrait.landmarks()).colourChange())
          .isLessThan(0.05);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 2", "0, 3"})
  void aShiftIsNoChangeOfColour(double x, double y) {
    try (Mat before = coloured(portrait.rgb());
        Mat after = moved(before, x, y)) {
      assertThat(measure(before, after, portrait.landmarks()).colourChange()).isLessThan(0.05);
    }
  }

  @Test
  void aShiftOfFivePixelsIsAnotherPlace() {
    try (Mat after = moved(portrait.rgb(), 5, 0)) {
      assertThat(measure(portrait.rgb(), after, portrait.landmarks()).face().score())
          .isGreaterThan(INVARIANT);
    }
  }

  private static double recoloured(float[] map, Point inCrop) {
    int row = (int) (inCrop.y() / 2);
    int cell = row * FaceMap.SIDE + (int) (inCrop.x() / 2);
    return map[FaceMap.CHANNELS * cell + 1];
  }

  // Skin, redder lips and blue eyes, on the levels of a grey picture.
  private static Mat coloured(Mat grey) {
    double[] skin = {18, -4, -22};
    double[] lips = {40, -16, -12};
    double[] eyes = {-25, 0, 40};
    Ellipse mouth = Ellipse.ofFace(LANDMARKS, 1).get("mouth");
    return Pixels.of(
        SIZE,
        SIZE,
        (x, y, c) -> {
          boolean iris =
              Math.hypot(x - LANDMARKS.leftEye().x(), y - LANDMARKS.leftEye().y()) < 11
                  || Math.hypot(x - LANDMARKS.rightEye().x(), y - LANDMARKS.rightEye().y()) < 11;
          boolean lip =
              Math.hypot((x - mouth.x()) / mouth.radiusX(), 2 * (y - mouth.y()) / mouth.radiusY())
                  < 0.8;
          double[] tint = iris ? eyes : lip ? lips : skin;
          return Pixels.level(grey, x, y, c) + tint[c];
        });
  }

  @ParameterizedTest
  @CsvSource({"2", "3", "4", "6", "8", "12", "16"})
  void knowsHowManyPixelsAnInputHad(int factor) {
    double pixels = SIZE / (double) factor;
    double sum = 0;
    int count = 0;
    for (SharpFaces.Face face : SharpFaces.ofPairs(5)) {
      try (face;
          Mat before = reduced(face.rgb(), factor)) {
        double found = measure(before, face.rgb(), face.landmarks()).effectiveResolution();
        sum += Math.log(found / pixels) / Math.log(2);
        count++;
        assertThat(found).isBetween(pixels / 2, pixels * 2);
      }
    }
    Figures figures = new Figures("resolution-" + factor);
    figures.add("1/%d: mean error %.3f octaves", factor, sum / count);
    figures.write();
  }

  @Test
  void noiseIsNoResolution() {
    try (Mat small = new Mat();
        Mat before = new Mat();
        Mat noisyBefore = new Mat();
        Size size = new Size(64, 64);
        Size full = new Size(SIZE, SIZE)) {
      resize(portrait.rgb(), small, size, 0, 0, INTER_AREA);
      resize(small, before, full, 0, 0, INTER_LINEAR);
      try (Mat noisy = withNoise(small, 25)) {
        resize(noisy, noisyBefore, full, 0, 0, INTER_LINEAR);
      }
      FaceMeasures clean = measure(before, portrait.rgb(), portrait.landmarks());
      FaceMeasures noisy = measure(noisyBefore, portrait.rgb(), portrait.landmarks());
      assertThat(noisy.effectiveResolution()).isLessThanOrEqualTo(clean.effectiveResolution());
    }
  }

  /** The kernel's slope lets a little through beyond the limit; half as much again bounds it. */
  @ParameterizedTest
  @CsvSource({"3", "4", "6", "8", "12", "16"})
  void anEnlargedPictureCarriesWhatItsPixelsCarried(int factor) {
    try (Mat photo = Pixels.read(SharedData.file("photos/astronaut.png"));
        Mat small = new Mat();
        Mat enlarged = new Mat();
        Size reduced = new Size(SIZE / factor, SIZE / factor);
        Size size = new Size(SIZE, SIZE)) {
      resize(photo, small, reduced, 0, 0, INTER_AREA);
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
  void aFlatPictureCarriesNothing() {
    try (Mat grey = Pixels.of(SIZE, SIZE, (x, y, channel) -> 77)) {
      assertThat(comparison.effectiveResolution(grey, SIZE)).isEqualTo(2);
      assertThat(measure(grey, grey, LANDMARKS).effectiveResolution()).isEqualTo(2);
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
    try (Mat before = portrait.rgb().clone();
        Mat grain = Pixels.noise(SIZE, SIZE, 5);
        Mat after =
            Pixels.of(
                SIZE,
                SIZE,
                (x, y, channel) ->
                    Math.hypot(x - place.x(), y - place.y()) < 16
                        ? Pixels.level(grain, x, y, channel)
                        : Pixels.level(before, x, y, channel))) {
      Map<String, RegionMeasures> regions = measure(before, after, LANDMARKS).regions();
      assertThat(regions).containsOnlyKeys("leftEye", "rightEye", "nose", "mouth", "skin");
      double there = regions.get(region).unsupported();
      assertThat(there).isGreaterThan(0.35);
      regions.forEach(
          (name, measures) -> {
            if (!name.equals(region)) {
              assertThat(measures.unsupported()).as(name).isLessThan(0.6 * there);
            }
          });
    }
  }

  private static List<RegionMeasures> all(FaceMeasures measures) {
    List<RegionMeasures> all = new ArrayList<>(measures.regions().values());
    all.add(measures.face());
    return all;
  }

  private static float[] values(Mat map) {
    FloatBuffer buffer = map.createBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static FaceMeasures measure(Mat before, Mat after, Landmarks landmarks) {
    try (Comparison compared = comparison.compare(before, after, landmarks, SIZE)) {
      return compared.measures();
    }
  }

  private static Mat scaled(Mat crop, double gain, double offset) {
    return Pixels.of(SIZE, SIZE, (x, y, c) -> gain * Pixels.level(crop, x, y, c) + offset);
  }

  private static Mat gamma(Mat crop, double exponent) {
    return Pixels.of(
        SIZE, SIZE, (x, y, c) -> 255 * Math.pow(Pixels.level(crop, x, y, c) / 255.0, exponent));
  }

  private static Mat moved(Mat crop, double x, double y) {
    Mat moved = new Mat();
    try (Mat matrix = Similarity.shift(x, y).matrix();
        Size size = new Size(SIZE, SIZE);
        Scalar none = new Scalar()) {
      warpAffine(crop, moved, matrix, size, INTER_CUBIC, BORDER_REFLECT_101, none);
    }
    return moved;
  }

  private static Mat jpeg(Mat crop) {
    try (BytePointer file = new BytePointer();
        IntPointer quality = new IntPointer(IMWRITE_JPEG_QUALITY, 90)) {
      imencode(".jpg", crop, file, quality);
      try (Mat bytes = new Mat(file)) {
        return imdecode(bytes, IMREAD_COLOR);
      }
    }
  }

  private static Mat withNoise(Mat crop, double sigma) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(7);
    double[] grain = new double[crop.rows() * crop.cols()];
    for (int i = 0; i < grain.length; i++) {
      grain[i] = sigma * random.nextGaussian();
    }
    return Pixels.of(
        crop.cols(),
        crop.rows(),
        (x, y, c) -> Pixels.level(crop, x, y, c) + grain[y * crop.cols() + x]);
  }

  /** As the service cuts a face that had fewer pixels; the caller closes it. */
  static Mat reduced(Mat crop, int factor) {
    Mat enlarged = new Mat();
    try (Mat small = new Mat();
        Size size = new Size(SIZE / factor, SIZE / factor);
        Size full = new Size(SIZE, SIZE)) {
      resize(crop, small, size, 0, 0, INTER_AREA);
      resize(small, enlarged, full, 0, 0, INTER_LINEAR);
    }
    return enlarged;
  }
}
