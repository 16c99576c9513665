package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;

/**
 * Values from strangers. By itself it repeats the inputs of its folder; with {@code JAZZER_FUZZ=1}
 * it looks for new ones.
 */
class UploadEventsFuzzTest {
  private final UploadEvents uploads = new UploadEvents();
  private final EventJson json = new EventJson();
  private static final Origin ORIGIN = new Origin(Topics.IMAGE_UPLOADED, 0, 0, 0);

  private final DeadLetters letters = new DeadLetters(new UploadEvents());
  private final EventSchema own = new EventSchema("image-uploaded");
  private final EventSchema failed = new EventSchema("image-restoration-failed");

  @FuzzTest(maxDuration = "5m")
  void parse(byte[] value) {
    RestorationException failure;
    try {
      for (ImageUploaded image : uploads.parse(value)) {
        byte[] written = json.write(image);
        assertThat(json.readUploaded(written)).isEqualTo(image);
        // The ids of notifications may be longer than those of the project's own events.
        if (own.violation(Examples.tree(written)).isEmpty()) {
          assertThat(uploads.parse(written)).containsExactly(image);
        } else {
          assertThat(image.imageId()).hasSizeGreaterThan(512);
        }
      }
      failure = new RestorationException(ErrorCode.INTERNAL, Stage.RESTORE, "It broke");
    } catch (RestorationException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_EVENT);
      assertThat(e.stage()).isEqualTo(Stage.EVENT);
      failure = e;
    }
    RestorationFailed letter = letters.letter(ORIGIN, value, null, failure, 1, Instant.EPOCH);
    byte[] written = json.write(letter);
    assertThat(failed.violation(Examples.tree(written))).isEmpty();
    assertThat(json.write(json.readFailed(written))).isEqualTo(written);
  }
}
