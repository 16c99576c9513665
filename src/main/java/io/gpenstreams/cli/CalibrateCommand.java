package io.gpenstreams.cli;

import io.gpenstreams.cli.calibrate.Calibrator;
import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.model.IdentityModel;
import io.gpenstreams.model.Restorer;
import io.gpenstreams.restore.PhotoRestorer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gpen calibrate}: relates the hallucination measures of a model to the truth. */
@Command(
    name = "calibrate",
    description = {
      "Degrades sharp faces, restores them, and compares the measures with the truth.",
      "Writes calibration.txt, calibration.csv, reliability.png and reliability.svg."
    })
final class CalibrateCommand implements Callable<Integer> {
  private static final int COARSEST = 16;
  private static final int MOST_FACES = 1000;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description = "Folder with photos of sharp faces: JPEG, PNG or WebP files.")
  private Path folder;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "calibration",
      description = "Folder for what was found (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "ONNX file of the restorer, or builtin (default: the service's, gpen.model).")
  private String model;

  @Option(
      names = "--detector",
      paramLabel = "D",
      description = "ONNX file of a YuNet detector, or builtin (default: the service's).")
  private String detector;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda:N",
      description = "Where it runs (default: the service's, gpen.device).")
  private String device;

  @Option(
      names = "--simulated",
      description = "Restore with simulations that know the truth instead of a model.")
  private boolean simulated;

  @Option(
      names = "--scales",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,3,4,6,8,12,16",
      description = "How many times fewer pixels, 1 to 16 (default: ${DEFAULT-VALUE}).")
  private List<Integer> scales;

  @Option(
      names = "--faces",
      paramLabel = "N",
      defaultValue = "40",
      description = "Take at most so many faces (default: ${DEFAULT-VALUE}).")
  private int faces;

  @Override
  public Integer call() throws IOException {
    checkUsage();
    GpenConfig config = config();
    Calibrator.Result result = run(config);
    AtomicFile.write(output.resolve("calibration.txt"), bytes(result.text()));
    AtomicFile.write(output.resolve("calibration.csv"), bytes(result.csv()));
    AtomicFile.write(output.resolve("reliability.svg"), bytes(result.plot().svg()));
    AtomicFile.write(output.resolve("reliability.png"), result.plot().png());
    PrintWriter out = spec.commandLine().getOut();
    out.print(result.text());
    result.leftOut().forEach(photo -> out.println("left out: " + photo));
    out.println("written to " + output);
    out.flush();
    return 0;
  }

  private Calibrator.Result run(GpenConfig config) throws IOException {
    Optional<IdentityModel> identity =
        config.identity().model().map(this::modelFile).map(IdentityModel::open);
    try (FaceDetector finder = PhotoRestorer.openDetector(config, this::modelFile)) {
      return run(config, finder, calibrator(config, identity));
    } finally {
      identity.ifPresent(IdentityModel::close);
    }
  }

  private Calibrator calibrator(GpenConfig config, Optional<IdentityModel> identity) {
    int[] chosen = scales.stream().mapToInt(Integer::intValue).toArray();
    return new Calibrator(config, folder, identity, faces, chosen);
  }

  private Calibrator.Result run(GpenConfig config, FaceDetector finder, Calibrator calibrator)
      throws IOException {
    if (simulated) {
      return calibrator.simulate(finder, this::progress);
    }
    try (Restorer restorer =
        CleanExit.after(() -> PhotoRestorer.openModel(config, this::modelFile))) {
      return CleanExit.halting(
          restorer::halt, () -> calibrator.run(restorer, finder, this::progress));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void checkUsage() {
    if (!Files.isDirectory(folder)) {
      throw wrong("there is no folder " + folder);
    }
    if (simulated && model != null) {
      throw wrong("--simulated and --model exclude each other");
    }
    if (faces < 2 || faces > MOST_FACES) {
      throw wrong("--faces must be 2 to %d, not %d".formatted(MOST_FACES, faces));
    }
    for (int scale : scales) {
      if (scale < 1 || scale > COARSEST) {
        throw wrong("--scales must be 1 to %d, not %d".formatted(COARSEST, scale));
      }
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private GpenConfig config() {
    return new LocalConfig(spec)
        .with("gpen.model", model)
        .with("gpen.detector.model", detector)
        .with("gpen.device", device)
        .load();
  }

  private Path modelFile(String location) {
    return LocalConfig.modelFile(spec, location);
  }

  private Progress progress(int steps) {
    return LocalConfig.progress(spec, steps);
  }
}
