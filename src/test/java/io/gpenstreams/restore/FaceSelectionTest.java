package io.gpenstreams.restore;

import static io.gpenstreams.restore.FixedDetector.face;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.image.Pixels;
import io.gpenstreams.restore.FaceSelection.Candidate;
import io.gpenstreams.restore.FaceSelection.Selected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaceSelectionTest {
  private static final int SIZE = 64;
  private static final DetectedFace LARGE = face(0, 0, 100, 0.9);
  private static final DetectedFace SMALL = face(0, 0, 20, 0.9);
  private static final DetectedFace UNSURE = face(0, 0, 100, 0.1);

  @ParameterizedTest
  @CsvSource({"255, 255, 0", "256, 256, 0", "257, 256, 1", "3600, 256, 3344"})
  void listsSoManyFacesAndCountsTheRest(int found, int listed, int omitted) {
    Selected selected = select(256, times(found, SMALL));

    assertThat(selected.listed()).hasSize(listed);
    assertThat(selected.omitted())
        .isEqualTo(omitted == 0 ? Map.of() : Map.of(SkipReason.TOO_SMALL, omitted));
    assertThat(selected.anyChosen()).isFalse();
  }

  @Test
  void listsEveryChosenFaceInItsPlace() {
    List<DetectedFace> found = new ArrayList<>();
    found.addAll(times(300, SMALL));
    found.addAll(times(5, LARGE));
    found.addAll(times(20, UNSURE));

    Selected selected = select(256, found);

    assertThat(selected.listed()).hasSize(256);
    assertThat(selected.listed().subList(0, 251))
        .extracting(Candidate::reason)
        .containsOnly(SkipReason.TOO_SMALL);
    assertThat(selected.listed().subList(251, 256)).allMatch(Candidate::chosen);
    assertThat(selected.omitted())
        .isEqualTo(Map.of(SkipReason.TOO_SMALL, 49, SkipReason.LOW_DETECTION_CONFIDENCE, 20));
  }

  @Test
  void leavesRoomForNothingButTheChosenOnes() {
    Selected selected = select(256, times(300, LARGE));

    assertThat(selected.listed()).hasSize(256).allMatch(Candidate::chosen);
    assertThat(selected.omitted()).isEqualTo(Map.of(SkipReason.OVER_MAX_FACES, 44));
  }

  private static List<DetectedFace> times(int count, DetectedFace face) {
    return Stream.generate(() -> face).limit(count).toList();
  }

  private static Selected select(int maxFaces, List<DetectedFace> found) {
    RestoreSettings settings =
        new SettingsBuilder().maxOutputPixels(1_000_000).maxFaces(maxFaces).build();
    try (Mat pixels = Pixels.noise(100, 100, 1);
        FaceComparison comparison = new FaceComparison(SIZE)) {
      return new FaceSelection(new FaceTemplate(SIZE), new FaceAligner(SIZE), comparison)
          .of(found, pixels, settings);
    }
  }
}
