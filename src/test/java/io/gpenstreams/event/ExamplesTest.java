package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
  private static final List<String> SCHEMAS =
      List.of(
          "image-uploaded",
          "s3-event-notification",
          "eventbridge-event",
          "sns-notification",
          "cloud-event",
          "restored-image",
          "image-restoration-failed",
          "image-replayed");

  private final EventJson json = new EventJson();
  private final UploadEvents uploads = new UploadEvents();

  static Stream<Path> all() {
    return SCHEMAS.stream().flatMap(schema -> Examples.of(schema).stream());
  }

  static List<Path> uploaded() {
    return Examples.of("image-uploaded");
  }

  static List<Path> restored() {
    return Examples.of("restored-image");
  }

  static List<Path> failed() {
    return Examples.of("image-restoration-failed");
  }

  @Test
  void everyExampleBelongsToASchema() throws IOException {
    try (Stream<Path> files = Files.list(Examples.SCHEMAS.resolve("examples"))) {
      assertThat(files).containsExactlyInAnyOrderElementsOf(all().toList());
    }
    assertThat(SCHEMAS).allSatisfy(schema -> assertThat(Examples.of(schema)).hasSizeGreaterThan(2));
  }

  @ParameterizedTest
  @MethodSource("all")
  void validates(Path file) {
    String name = file.getFileName().toString();
    EventSchema schema = new EventSchema(name.substring(0, name.indexOf('.')));

    assertThat(schema.violation(Examples.tree(Examples.bytes(file)))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("uploaded")
  void uploadedRoundTrips(Path file) {
    List<ImageUploaded> images = uploads.parse(Examples.bytes(file));

    assertThat(images).hasSize(1);
    byte[] written = json.write(images.get(0));
    assertThat(withoutNulls(Examples.tree(written)))
        .isEqualTo(withoutNulls(Examples.tree(Examples.bytes(file))));
    assertThat(uploads.parse(written)).isEqualTo(images);
    assertThat(json.readUploaded(written)).isEqualTo(images.get(0));
  }

  @ParameterizedTest
  @MethodSource("restored")
  void restoredRoundTrips(Path file) {
    byte[] example = Examples.bytes(file);

    assertThat(Examples.tree(json.write(json.readRestored(example))))
        .isEqualTo(Examples.tree(example));
  }

  @ParameterizedTest
  @MethodSource("failed")
  void failedRoundTrips(Path file) {
    byte[] example = Examples.bytes(file);

    assertThat(Examples.tree(json.write(json.readFailed(example))))
        .isEqualTo(Examples.tree(example));
  }

  @ParameterizedTest
  @MethodSource("restored")
  void restoredIsConsistent(Path file) {
    RestoredImage image = json.readRestored(Examples.bytes(file));

    assertThat(image.faces()).extracting(Face::index).isSorted();
    assertThat(image.faces())
        .extracting(face -> -face.detection().confidence())
        .as("best detection first")
        .isSorted();
    RestoredImage.Timings ms = image.timings();
    assertThat(
            ms.fetchMs()
                + ms.decodeMs()
                + ms.detectMs()
                + ms.restoreMs()
                + ms.blendMs()
                + ms.encodeMs()
                + ms.storeMs())
        .isLessThanOrEqualTo(ms.totalMs());
    List<Face> restored =
        image.faces().stream().filter(face -> face.outcome() == FaceOutcome.RESTORED).toList();
    assertThat(restored.isEmpty()).isEqualTo(image.outcome() == Outcome.UNCHANGED);
    for (Face face : restored) {
      assertThat(face.restoration().upsampling() * face.restoration().effectiveResolution())
          .isCloseTo(image.model().size(), within(image.model().size() * 0.01));
    }
    if (image.outcome() == Outcome.RESTORED) {
      assertThat(image.confidence())
          .isEqualTo(
              restored.stream()
                  .mapToDouble(face -> face.restoration().confidence())
                  .min()
                  .orElseThrow());
      assertThat(image.hallucination().score())
          .isEqualTo(
              restored.stream()
                  .mapToDouble(face -> face.hallucination().score())
                  .max()
                  .orElseThrow());
      RestoredImage.Restored result = image.restored();
      assertThat(result.key()).contains(image.imageId(), result.sha256());
      assertThat(result.width()).isEqualTo(image.source().width() * result.scale());
      assertThat(result.height()).isEqualTo(image.source().height() * result.scale());
    }
  }

  private static JsonNode withoutNulls(JsonNode node) {
    for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
      JsonNode child = children.next();
      if (child.isNull() || (withoutNulls(child).isObject() && child.isEmpty())) {
        children.remove();
      }
    }
    return node;
  }
}
