package io.gpenstreams.cli.demo;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Outcomes as the service might report them. */
final class Outcomes {
  private Outcomes() {}

  static Outcome restored(String name) {
    return new Outcome.Restored(
        photo(name),
        "{}",
        new RestoredImage(
            name,
            RestoredImage.Outcome.RESTORED,
            null,
            new RestoredImage.Source("photos", name, "0", 1328, 568),
            new RestoredImage.Restored(
                "restored", name + "/0.jpg", "image/jpeg", 1, "0", 2656, 1136, 2),
            0.584,
            new RestoredImage.Hallucination(
                0.61, RestoredImage.Level.HIGH, null, "support-2", 0.42, 0.1, 0.0),
            List.of(),
            Map.of(),
            new RestoredImage.Model("m", "0", true, 2048, "fp32"),
            new RestoredImage.RuntimeInfo("cpu", "CPUExecutionProvider", "1", "gpen-0"),
            new RestoredImage.Timings(0, 0, 0, 0, 0, 0, 0, 430),
            null,
            Instant.EPOCH));
  }

  static Outcome unchanged(String name) {
    return new Outcome.Restored(
        photo(name),
        "{}",
        new RestoredImage(
            name,
            RestoredImage.Outcome.UNCHANGED,
            "no-face",
            new RestoredImage.Source("photos", name, "0", 64, 48),
            null,
            null,
            null,
            List.of(),
            Map.of(),
            new RestoredImage.Model("m", "0", true, 2048, "fp32"),
            new RestoredImage.RuntimeInfo("cpu", "CPUExecutionProvider", "1", "gpen-0"),
            new RestoredImage.Timings(0, 0, 0, 0, 0, 0, 0, 7),
            null,
            Instant.EPOCH));
  }

  static Outcome failed(String name) {
    return new Outcome.Failed(
        photo(name),
        "{}",
        new RestorationFailed(
            name,
            null,
            new RestorationFailed.Cause(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "ends early", false),
            1,
            Instant.EPOCH,
            null,
            null,
            null));
  }

  private static DemoPhoto photo(String name) {
    return new DemoPhoto(name, Path.of(name + ".jpg"));
  }
}
