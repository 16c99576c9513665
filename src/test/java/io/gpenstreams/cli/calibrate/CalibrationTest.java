package io.gpenstreams.cli.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.hallucination.SharpFaces;
import io.gpenstreams.model.IdentityModel;
import io.gpenstreams.model.IdentityModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {

  @Test
  void comparesTruthAndResultByTheIdentityModel(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("identity.onnx");
    Files.write(file, IdentityModels.averages(1, IdentityModel.SIDE, 1));
    SharpFaces.Face portrait = SharpFaces.portrait();
    try (IdentityModel identity = IdentityModel.open(file);
        FaceComparison comparison = new FaceComparison(SharpFaces.SIZE);
        SharpFace face = new SharpFace("portrait", portrait.rgb(), portrait.landmarks())) {
      List<Sample> samples =
          new Calibration(comparison, Degrading.grid(4), Optional.of(identity), Progress.silent())
              .run(List.of(face), List.of(named(SimulatedRestorer.RIGHT_ANSWER)));

      assertThat(samples)
          .hasSize(7)
          .allSatisfy(s -> assertThat(s.similarity()).isCloseTo(1, within(1e-6)))
          .allSatisfy(s -> assertThat(s.error().likeness()).isCloseTo(0, within(1e-6)));
      assertThat(new CalibrationReport(samples).csv().lines().skip(1))
          .allSatisfy(row -> assertThat(row).endsWith(",1.0000"));
    }
  }

  private static Calibration.Named named(SimulatedRestorer restorer) {
    return new Calibration.Named(restorer.label(), restorer::restore);
  }
}
