package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private final EventJson json = new EventJson();

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.1, 1.1})
  void neverWritesAConfidenceOutOfRange(double confidence) {
    RestoredImage image = json.readRestored(Examples.bytes("restored-image.restored"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> json.write(withConfidence(image, confidence)))
        .withMessageStartingWith("Not a restored-image event: confidence: ");
  }

  @Test
  void instantsAreIso8601AndNullsAreWritten() {
    RestoredImage image = json.readRestored(Examples.bytes("restored-image.no-face"));

    assertThat(new String(json.write(image), StandardCharsets.UTF_8))
        .contains("\"restoredAt\":\"2026-11-23T03:20:01Z\"", "\"restored\":null");
  }

  @Test
  void laterVersionsMayAddFields() {
    ObjectNode event = (ObjectNode) Examples.tree(Examples.bytes("restored-image.restored"));
    event.put("later", "addition");
    ((ObjectNode) event.get("model")).put("later", "addition");

    assertThat(json.readRestored(event.toString().getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(json.readRestored(Examples.bytes("restored-image.restored")));
  }

  @Test
  void whatIsNotTextIsReplaced() {
    ImageUploaded.Source source = new ImageUploaded.Source("photos", "\uD83D", null, null);
    RestorationFailed letter =
        new RestorationFailed(
            "\uDC00",
            source,
            new RestorationFailed.Cause(ErrorCode.INTERNAL, Stage.FETCH, "half \uD83D", true),
            1,
            Instant.EPOCH,
            null,
            null,
            null);

    RestorationFailed read = json.readFailed(json.write(letter));

    assertThat(read.error().message()).isEqualTo("half ?");
    assertThat(read.imageId()).isEqualTo("?");
  }

  @Test
  void resultsAreImmutable() {
    List<List<Double>> landmarks = new ArrayList<>();
    landmarks.add(new ArrayList<>(List.of(1.0, 2.0)));
    RestoredImage.Face face =
        new RestoredImage.Face(
            0, null, landmarks, null, RestoredImage.FaceOutcome.SKIPPED, null, null, null, null);
    Map<String, Double> regions = new HashMap<>(Map.of("nose", 0.5));
    RestoredImage.FaceHallucination hallucination =
        new RestoredImage.FaceHallucination(
            0.5, RestoredImage.Level.MODERATE, 0.5, 0.1, regions, 0.2, 0.3, 0.4, null, null, null);

    landmarks.get(0).set(0, 9.0);
    regions.put("nose", 1.0);

    assertThat(face.landmarks()).containsExactly(List.of(1.0, 2.0));
    assertThat(hallucination.regions()).containsExactly(Map.entry("nose", 0.5));
    assertThatThrownBy(() -> face.landmarks().get(0).set(0, 9.0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> hallucination.regions().put("skin", 1.0))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static RestoredImage withConfidence(RestoredImage image, double confidence) {
    return new RestoredImage(
        image.imageId(),
        image.outcome(),
        image.reason(),
        image.source(),
        image.restored(),
        confidence,
        image.hallucination(),
        image.faces(),
        image.facesOmitted(),
        image.model(),
        image.runtime(),
        image.timings(),
        image.provenance(),
        image.restoredAt());
  }
}
