package io.gpenstreams.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.gpenstreams.SharedData;
import io.gpenstreams.companion.CompanionFile;
import io.gpenstreams.companion.ImportedModels;
import io.gpenstreams.model.CompanionModel;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.ModelKind;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what the official code finds with the same weights. */
class RetinaFaceDetectorTest {
  private static final int NUMBERS = 15;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"retinaface-r50, 150, 203", "retinaface-mnet, 160, 128"})
  void theFindsAreTheOfficialOnes(String name, int height, int width) throws Exception {
    double threshold =
        Double.parseDouble(
            Files.readString(SharedData.file("companions/" + name + ".threshold.txt")).strip());
    float[] official = CompanionFile.floats(name, "detections");
    try (RetinaFaceDetector detector = detector(name, threshold);
        Mat picture = picture(CompanionFile.bytes(name, "input"), height, width)) {
      List<DetectedFace> found = detector.look(picture);
      assertThat(found).hasSize(official.length / NUMBERS);
      for (int i = 0; i < found.size(); i++) {
        assertNear(found.get(i), official, NUMBERS * i);
      }
      assertThat(detector.detect(picture)).containsExactlyInAnyOrderElementsOf(found);
    }
  }

  private static void assertNear(DetectedFace face, float[] official, int at) {
    assertThat(face.x()).isEqualTo(official[at], within(0.01));
    assertThat(face.y()).isEqualTo(official[at + 1], within(0.01));
    assertThat(face.x() + face.width()).isEqualTo(official[at + 2], within(0.01));
    assertThat(face.y() + face.height()).isEqualTo(official[at + 3], within(0.01));
    assertThat(face.confidence()).isEqualTo(official[at + 4], within(1e-5));
    for (int i = 0; i < 5; i++) {
      Landmarks.Point point = face.landmarks().points().get(i);
      assertThat(point.x()).isEqualTo(official[at + 5 + 2 * i], within(0.01));
      assertThat(point.y()).isEqualTo(official[at + 6 + 2 * i], within(0.01));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "8, 2000", "333, 17"})
  void anySizeIsSearched(int height, int width) throws Exception {
    try (RetinaFaceDetector detector = detector("retinaface-mnet", 0);
        Mat picture = picture(new byte[3 * height * width], height, width)) {
      assertThat(detector.detect(picture))
          .allSatisfy(face -> assertThat(face.confidence()).isBetween(0.0, 1.0));
    }
  }

  @Test
  void numbersThatAreNoneGiveNoFace() {
    RetinaFaceAnchors anchors = new RetinaFaceAnchors(64, 64);
    float[] sure = new float[RetinaFaceAnchors.CLASSES * anchors.count()];
    Arrays.fill(sure, 1);
    float[] boxes = new float[RetinaFaceAnchors.BOX * anchors.count()];
    Arrays.fill(boxes, Float.NaN);
    float[] landmarks = new float[RetinaFaceAnchors.LANDMARKS * anchors.count()];
    assertThat(anchors.faces(boxes, sure, landmarks, 0.5)).isEmpty();
    Arrays.fill(boxes, Float.MAX_VALUE);
    assertThat(anchors.faces(boxes, sure, landmarks, 0.5)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"parsenet", "realesrnet-x2"})
  void otherModelsAreRefused(String name) throws Exception {
    Path file = ImportedModels.write(name, folder);
    assertThatThrownBy(() -> RetinaFaceDetector.open(file, Device.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("model and no detector: it belongs to gpen.");
  }

  private RetinaFaceDetector detector(String name, double threshold) throws Exception {
    Path file = ImportedModels.write(name, folder);
    return new RetinaFaceDetector(
        CompanionModel.open(file, ModelKind.DETECTOR, Device.cpu()), threshold);
  }

  private static Mat picture(byte[] rgb, int height, int width) {
    Mat picture = new Mat(height, width, CV_8UC3);
    picture.<ByteBuffer>createBuffer().put(rgb);
    cvtColor(picture, picture, COLOR_RGB2BGR);
    return picture;
  }
}
