package io.gpenstreams.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.SharedData;
import io.gpenstreams.face.Landmarks.Point;
import io.gpenstreams.image.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaceDetectorTest {
  private static final String SOLVAY = "photos/solvay-1927.png";
  private static final String ASTRONAUT = "photos/astronaut.png";
  private static final String YUNET = "models/yunet_n_640_640.onnx";

  @Test
  void theCascadeFindsTheFacesOfAGroup() {
    try (Mat photo = Pixels.read(SharedData.file(SOLVAY));
        FaceDetector detector = new CascadeDetector()) {
      List<DetectedFace> faces = detector.detect(photo);

      assertThat(faces).hasSizeBetween(27, 30);
      assertThat(faces)
          .isSortedAccordingTo(Comparator.comparingDouble(DetectedFace::confidence).reversed());
      assertThat(faces)
          .allSatisfy(face -> assertThat(face.confidence()).isBetween(0.0, 1.0))
          .allSatisfy(face -> assertThat(face.size()).isBetween(16.0, 80.0));
    }
  }

  @Test
  void theCascadeFindsOnePortraitsFace() {
    try (Mat photo = Pixels.read(SharedData.file(ASTRONAUT));
        FaceDetector detector = new CascadeDetector()) {
      assertThat(detector.detect(photo)).hasSize(1);
    }
  }

  @Test
  void theCascadesEyesLieWhereYunetSeesThem() {
    Path model = SharedData.file(YUNET);
    List<Double> errors = new ArrayList<>();
    try (FaceDetector cascade = new CascadeDetector();
        FaceDetector yunet = new YunetDetector(model)) {
      for (String name : List.of(SOLVAY, ASTRONAUT)) {
        try (Mat photo = Pixels.read(SharedData.file(name))) {
          List<DetectedFace> reference = yunet.detect(photo);
          for (DetectedFace face : cascade.detect(photo)) {
            reference.stream()
                .filter(other -> sameFace(face, other))
                .findFirst()
                .ifPresent(
                    other -> {
                      Landmarks mine = face.landmarks();
                      Landmarks theirs = other.landmarks();
                      errors.add(distance(mine.leftEye(), theirs.leftEye()) / face.size());
                      errors.add(distance(mine.rightEye(), theirs.rightEye()) / face.size());
                    });
          }
        }
      }
    }
    assertThat(errors).hasSizeGreaterThanOrEqualTo(2 * 27);
    assertThat(errors).allSatisfy(error -> assertThat(error).isLessThan(0.1));
  }

  @Test
  void yunetFindsTheFacesOfBothPhotos() {
    try (FaceDetector detector = new YunetDetector(SharedData.file(YUNET));
        Mat group = Pixels.read(SharedData.file(SOLVAY));
        Mat portrait = Pixels.read(SharedData.file(ASTRONAUT))) {
      assertThat(detector.name()).isEqualTo("yunet_n_640_640.onnx");
      assertThat(detector.detect(group)).hasSizeGreaterThanOrEqualTo(27);
      assertThat(detector.detect(portrait))
          .hasSizeGreaterThanOrEqualTo(1)
          .first()
          .satisfies(
              face -> {
                Landmarks landmarks = face.landmarks();
                assertThat(landmarks.leftEye().x()).isLessThan(landmarks.rightEye().x());
                assertThat(landmarks.leftMouth().x()).isLessThan(landmarks.rightMouth().x());
                assertThat(landmarks.nose().y()).isLessThan(landmarks.leftMouth().y());
              });
    }
  }

  @Test
  void aModelWithoutAFixedInputIsRefusedByName() {
    Path dynamic = SharedData.file("models/yunet_n_dynamic.onnx");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new YunetDetector(dynamic).close())
        .withMessageContainingAll("yunet_n_dynamic.onnx", "fixed input size");
  }

  @Test
  void whatIsNoYunetModelIsRefusedByName(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("notes.onnx"), "Dear diary");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new YunetDetector(text).close())
        .withMessageContaining("notes.onnx");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new YunetDetector(folder.resolve("missing.onnx")).close())
        .withMessageContaining("missing.onnx");
  }

  @Test
  void seesNoFaceInNoiseOrAGradientOrAPixel() {
    try (FaceDetector detector = new CascadeDetector();
        Mat noise = Pixels.noise(640, 480, 9);
        Mat gradient = Pixels.of(640, 480, (x, y, channel) -> (x + y) / 4.5);
        Mat pixel = Pixels.of(1, 1, (x, y, channel) -> 9)) {
      assertThat(detector.detect(noise)).isEmpty();
      assertThat(detector.detect(gradient)).isEmpty();
      assertThat(detector.detect(pixel)).isEmpty();
    }
  }

  @Test
  void yunetSeesNoFaceInNoiseOrAGradientOrAPixel() {
    try (FaceDetector detector = new YunetDetector(SharedData.file(YUNET));
        Mat noise = Pixels.noise(640, 480, 9);
        Mat gradient = Pixels.of(640, 480, (x, y, channel) -> (x + y) / 4.5);
        Mat pixel = Pixels.of(1, 1, (x, y, channel) -> 9)) {
      assertThat(detector.detect(noise)).isEmpty();
      assertThat(detector.detect(gradient)).isEmpty();
      assertThat(detector.detect(pixel)).isEmpty();
    }
  }

  @Test
  void findsTheSameFacesInTheSameOrderEveryTime() {
    Path model = SharedData.file(YUNET);
    try (Mat photo = Pixels.read(SharedData.file(SOLVAY));
        FaceDetector cascade = new CascadeDetector();
        FaceDetector yunet = new YunetDetector(model)) {
      for (FaceDetector detector : List.of(cascade, yunet)) {
        List<DetectedFace> first = detector.detect(photo);
        for (int i = 0; i < 5; i++) {
          assertThat(detector.detect(photo)).isEqualTo(first);
        }
      }
    }
  }

  @Test
  void givesPhotoPixelsHoweverLargeThePhoto() {
    try (Mat portrait = Pixels.read(SharedData.file(ASTRONAUT));
        Mat enlarged = new Mat();
        Mat large = new Mat();
        Size size = new Size(3000, 3000);
        Scalar grey = Scalar.all(128);
        FaceDetector detector = new CascadeDetector()) {
      DetectedFace small = detector.detect(portrait).get(0);
      resize(portrait, enlarged, size, 0, 0, INTER_CUBIC);
      copyMakeBorder(enlarged, large, 0, 0, 1000, 0, BORDER_CONSTANT, grey);

      List<DetectedFace> faces = detector.detect(large);

      assertThat(faces).isNotEmpty();
      DetectedFace face = faces.get(0);
      double factor = 3000 / 512.0;
      assertThat(face.size()).isCloseTo(small.size() * factor, within(0.15 * face.size()));
      Point expected = small.landmarks().leftEye();
      assertThat(face.landmarks().leftEye().x())
          .isCloseTo(1000 + expected.x() * factor, within(0.1 * face.size()));
      assertThat(face.landmarks().leftEye().y())
          .isCloseTo(expected.y() * factor, within(0.1 * face.size()));
    }
  }

  @Test
  void searchesLargePhotosAtAReducedSize() {
    try (Mat photo = Pixels.waves(4000, 3000);
        DetectionImage image = DetectionImage.of(photo)) {
      assertThat(image.pixels().cols()).isEqualTo(1920);
      assertThat(image.pixels().rows()).isEqualTo(1440);
      assertThat(image.factor()).isCloseTo(4000 / 1920.0, within(1e-9));
    }
  }

  @Test
  void searchesAStripOfOnePixel() {
    try (Mat strip = Pixels.of(5000, 1, (x, y, channel) -> x % 256);
        FaceDetector detector = new CascadeDetector()) {
      assertThat(detector.detect(strip)).isEmpty();
    }
  }

  private static boolean sameFace(DetectedFace a, DetectedFace b) {
    double dx = a.x() + a.width() / 2 - b.x() - b.width() / 2;
    double dy = a.y() + a.height() / 2 - b.y() - b.height() / 2;
    return Math.hypot(dx, dy) < 0.5 * a.size();
  }

  private static double distance(Point a, Point b) {
    return Math.hypot(a.x() - b.x(), a.y() - b.y());
  }
}
