package io.gpenstreams.hallucination;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.SharedData;
import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.face.YunetDetector;
import io.gpenstreams.hallucination.FaceComparison.Comparison;
import io.gpenstreams.image.Pixels;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.OneFace;
import io.gpenstreams.model.Restorer;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the measures say of published results of GPEN, and of the built-in model on the same faces.
 */
class PublishedResultsTest {
  private static final int SIZE = SharpFaces.SIZE;
  // Small faces of a photo of 1328 × 568 pixels.
  private static final double SOURCE_PIXELS = 90;

  @Test
  void gpenInventsAndTheBuiltInModelDoesNot() {
    Figures figures = new Figures("pairs");
    try (FaceComparison comparison = new FaceComparison(SIZE);
        Restorer control = Restorer.builtin(SIZE, Device.cpu());
        ContactSheet sheet = new ContactSheet(150, 9, SharpFaces.PAIRS * 3)) {
      for (int pair = 0; pair < SharpFaces.PAIRS; pair++) {
        try (Mat before = SharpFaces.half(pair, 0);
            Mat after = SharpFaces.half(pair, 1);
            Mat controlled = OneFace.restored(control, before);
            Comparison generated = compare(comparison, before, after);
            Comparison enhanced = compare(comparison, before, controlled);
            Mat shown = ContactSheet.withMap(after, generated.map())) {
          FaceMeasures measures = generated.measures();
          Trust trust = Trust.of(measures, 1);
          figures.add(
              "pair %2d: %-8s score %.3f, identity risk %.3f, confidence %.3f, colour %.3f,"
                  + " lost %.3f, resolution %.0f; built-in score %.3f",
              pair,
              trust.level().wireName(),
              measures.face().score(),
              measures.identityRisk(),
              trust.confidence(),
              measures.colourChange(),
              measures.face().lostDetail(),
              measures.effectiveResolution(),
              enhanced.measures().face().score());
          sheet.add(before, "pair " + pair);
          sheet.add(after, "%s %.2f".formatted(trust.level().wireName(), measures.face().score()));
          sheet.add(shown, "identity %.2f".formatted(measures.identityRisk()));

          assertThat(trust.level()).as("pair %d", pair).isNotEqualTo(Level.LOW);
          assertThat(Trust.of(enhanced.measures(), 1).level()).isEqualTo(Level.LOW);
          assertThat(measures.face().score())
              .isGreaterThan(enhanced.measures().face().score() + 0.2);
        }
      }
      sheet.write("pairs");
    }
    figures.write();
  }

  private static Comparison compare(FaceComparison comparison, Mat before, Mat after) {
    return comparison.compare(before, after, SharpFaces.template(), SOURCE_PIXELS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"photos/solvay-1927.png", "photos/astronaut.png"})
  void theBuiltInModelIsLowOnEveryFaceOfAPhoto(String name) {
    Figures figures = new Figures("built-in-" + name.replaceAll("\\W", "-"));
    try (Mat photo = Pixels.read(SharedData.file(name));
        FaceDetector detector = new YunetDetector(SharedData.file("models/yunet_n_640_640.onnx"));
        FaceComparison comparison = new FaceComparison(SIZE);
        Restorer control = Restorer.builtin(SIZE, Device.cpu())) {
      List<DetectedFace> faces = detector.detect(photo);
      assertThat(faces).isNotEmpty();
      for (DetectedFace face : faces) {
        Similarity toCrop = new FaceTemplate(SIZE).align(face.landmarks());
        double sourcePixels = SIZE / toCrop.magnification();
        try (Mat before = new FaceAligner(SIZE).crop(photo, toCrop);
            Mat after = OneFace.restored(control, before);
            Comparison compared =
                comparison.compare(before, after, face.landmarks().through(toCrop), sourcePixels)) {
          FaceMeasures measures = compared.measures();
          figures.add(
              "score %.4f, identity risk %.4f, resolution %.0f of %.0f",
              measures.face().score(),
              measures.identityRisk(),
              measures.effectiveResolution(),
              sourcePixels);
          assertThat(Trust.of(measures, 1).level()).isEqualTo(Level.LOW);
          assertThat(measures.effectiveResolution()).isLessThanOrEqualTo(sourcePixels);
        }
      }
    }
    figures.write();
  }
}
