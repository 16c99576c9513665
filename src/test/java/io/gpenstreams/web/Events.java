package io.gpenstreams.web;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Box;
import io.gpenstreams.event.RestoredImage.Detection;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceHallucination;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Hallucination;
import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.event.RestoredImage.Model;
import io.gpenstreams.event.RestoredImage.Outcome;
import io.gpenstreams.event.RestoredImage.Provenance;
import io.gpenstreams.event.RestoredImage.RegionHallucination;
import io.gpenstreams.event.RestoredImage.Restoration;
import io.gpenstreams.event.RestoredImage.Restored;
import io.gpenstreams.event.RestoredImage.RuntimeInfo;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.event.RestoredImage.Source;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.RestoredImage.Timings;
import io.gpenstreams.event.Stage;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Events as the service might emit them, or others in its name. */
final class Events {
  static final Instant TIME = Instant.parse("2026-11-23T03:20:04Z");

  private static final String SHA256 = "0".repeat(64);

  private Events() {}

  /**
   * One restored face, and one that is too small.
   *
   * @param other the map, and the face's crop
   */
  static RestoredImage restored(
      String imageId, Instant time, Source source, Restored photo, StoredObject other) {
    Face restored =
        new Face(
            0,
            new Box(10, 10, 40, 50),
            landmarks(),
            new Detection(0.94),
            FaceOutcome.RESTORED,
            null,
            new Restoration(0.58, 33.6, 61),
            new FaceHallucination(
                0.61,
                Level.HIGH,
                0.57,
                0.09,
                Map.of("leftEye", 0.7, "rightEye", 0.7, "nose", 0.6, "mouth", 0.6, "skin", 0.5),
                0.42,
                0.12,
                0.03,
                null,
                null,
                Map.of(
                    "leftEye", new RegionHallucination(0.72, 0.51, 0.12, 0.01, null),
                    "rightEye", new RegionHallucination(0.7, 0.45, 0.1, 0.02, null),
                    "nose", new RegionHallucination(0.6, 0.4, 0.02, 0.03, null),
                    "mouth", new RegionHallucination(0.6, 0.32, 0.03, 0, null),
                    "skin", new RegionHallucination(0.5, 0.3, 0.01, 0.02, null))),
            other);
    Face skipped =
        new Face(
            1,
            new Box(80, 10, 9, 9),
            landmarks(),
            new Detection(0.4),
            FaceOutcome.SKIPPED,
            SkipReason.TOO_SMALL,
            null,
            null,
            null);
    return new RestoredImage(
        imageId,
        Outcome.RESTORED,
        null,
        source,
        photo,
        0.58,
        new Hallucination(0.61, Level.HIGH, other, "support-2", 0.42, 0.12, 0.03),
        List.of(restored, skipped),
        Map.of(),
        new Model("gpen-bfr-2048", SHA256, true, 2048, "fp16"),
        new RuntimeInfo("cuda:0", "CUDAExecutionProvider", "0.1.0", "gpen-0"),
        new Timings(12, 31, 9, 240, 40, 60, 20, 430),
        new Provenance(
            URI.create(
                "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia")),
        time);
  }

  static RestoredImage restored(String imageId, Instant time) {
    return restored(
        imageId,
        time,
        new Source("photos", "never-uploaded.jpg", SHA256, 100, 80),
        new Restored("restored", "never-stored.jpg", "image/jpeg", 1, SHA256, 200, 160, 2),
        new StoredObject("restored", "never-stored.png"));
  }

  static RestoredImage unchanged(String imageId) {
    RestoredImage restored = restored(imageId, TIME);
    return new RestoredImage(
        imageId,
        Outcome.UNCHANGED,
        "no-face",
        restored.source(),
        null,
        null,
        null,
        List.of(),
        Map.of(),
        restored.model(),
        restored.runtime(),
        restored.timings(),
        null,
        TIME);
  }

  static RestorationFailed failed(String imageId) {
    return new RestorationFailed(
        imageId,
        new ImageUploaded.Source("photos", "broken.jpg", null, null),
        new RestorationFailed.Cause(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "it ends early", false),
        2,
        TIME,
        null,
        "bm90IGpzb24=",
        null);
  }

  private static List<List<Double>> landmarks() {
    return Collections.nCopies(5, List.of(1.0, 2.0));
  }
}
