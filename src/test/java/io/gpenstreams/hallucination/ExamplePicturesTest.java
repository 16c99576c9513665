package io.gpenstreams.hallucination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.hallucination.FaceComparison.Comparison;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

/** The pictures of {@code docs/hallucination.md}, of the drawn portrait alone. */
class ExamplePicturesTest {
  private static final int SIZE = SharpFaces.SIZE;

  @Test
  void showWhatEachLevelMeans() {
    try (SharpFaces.Face face = SharpFaces.portrait();
        FaceComparison comparison = new FaceComparison(SIZE);
        ContactSheet sheet = new ContactSheet(200, 3, 5 * 3);
        Mat quarter = FaceComparisonTest.reduced(face.rgb(), 4);
        Mat smooth = smooth(face.rgb());
        Mat sixth = FaceComparisonTest.reduced(face.rgb(), 6);
        Mat sixteenth = FaceComparisonTest.reduced(face.rgb(), 16);
        LocalEdit.Pair eyes = LocalEdit.EYE_COLOUR.of(face.rgb(), face.rgb(), face.landmarks());
        LocalEdit.Pair glasses =
            LocalEdit.GLASSES_REMOVED.of(face.rgb(), face.rgb(), face.landmarks())) {
      Row rows = new Row(face, comparison, sheet);
      assertThat(rows.add(quarter, smooth, 128)).isEqualTo(Level.LOW);
      assertThat(rows.add(sixth, face.rgb(), 85)).isEqualTo(Level.MODERATE);
      assertThat(rows.add(sixteenth, face.rgb(), 32)).isEqualTo(Level.HIGH);
      rows.add(eyes.truth(), eyes.edited(), SIZE);
      rows.add(glasses.truth(), glasses.edited(), SIZE);
      sheet.write("examples");
    }
  }

  private static Mat smooth(Mat face) {
    Mat enlarged = new Mat();
    try (Mat small = new Mat();
        Size few = new Size(SIZE / 4, SIZE / 4);
        Size full = new Size(SIZE, SIZE)) {
      resize(face, small, few, 0, 0, INTER_AREA);
      resize(small, enlarged, full, 0, 0, INTER_CUBIC);
    }
    return enlarged;
  }

  /** Input, output, and the map over the output, with the largest values below. */
  private record Row(SharpFaces.Face face, FaceComparison comparison, ContactSheet sheet) {

    Level add(Mat before, Mat after, double sourcePixels) {
      try (Comparison compared = comparison.compare(before, after, face.landmarks(), sourcePixels);
          Mat shown = ContactSheet.withMap(after, compared.map())) {
        FaceMeasures measures = compared.measures();
        Level level = Trust.of(measures, 1).level();
        sheet.add(before, "%.0f pixels across".formatted(sourcePixels));
        sheet.add(
            after,
            "%s, score %.2f, risk %.2f"
                .formatted(level.wireName(), measures.face().score(), measures.identityRisk()));
        sheet.add(
            shown,
            "colour %.2f, lost %.2f"
                .formatted(measures.colourChange(), measures.face().lostDetail()));
        return level;
      }
    }
  }
}
