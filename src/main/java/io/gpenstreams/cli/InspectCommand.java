package io.gpenstreams.cli;

import io.gpenstreams.gpen.Checkpoint;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.OnnxFile;
import io.gpenstreams.model.Restorer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gpen inspect}: what a model file is. */
@Command(name = "inspect", description = "Says what a PyTorch checkpoint or an ONNX file is.")
final class InspectCommand implements Callable<Integer> {
  private static final List<String> CHECKPOINTS = List.of(".pth", ".pt", ".ckpt");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A .pth or .onnx file.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    ModelDescription description = describe();
    PrintWriter out = spec.commandLine().getOut();
    line(out, "file", file.toString());
    line(out, "bytes", "%,d".formatted(Files.size(file)));
    description.lines().forEach(line -> line(out, line.name(), line.value()));
    out.flush();
    return 0;
  }

  private ModelDescription describe() {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (CHECKPOINTS.stream().noneMatch(name::endsWith)) {
      return describeOnnx();
    }
    try (Checkpoint checkpoint = Checkpoint.open(file, Optional.empty())) {
      return ModelDescription.of(file, checkpoint);
    }
  }

  /** A restorer that the service would refuse is refused here too, which takes running it. */
  private ModelDescription describeOnnx() {
    OnnxFile onnx = OnnxFile.read(file);
    if (ModelInfo.isRestorer(onnx)) {
      CleanExit.after(
          () -> {
            Restorer.open(file, Device.cpu()).close();
            return null;
          });
    }
    return ModelDescription.of(onnx);
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("%-18s %s%n", name, value);
  }
}
