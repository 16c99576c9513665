package io.gpenstreams.cli;

import io.gpenstreams.model.CompanionModel;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.ModelKind;
import io.gpenstreams.model.OnnxFile;
import io.gpenstreams.model.Restorer;
import io.gpenstreams.model.Roofline;
import io.gpenstreams.torch.Checkpoint;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gpen inspect}: describes a model file. */
@Command(name = "inspect", description = "Says what a PyTorch checkpoint or an ONNX file is.")
final class InspectCommand implements Callable<Integer> {
  private static final List<String> CHECKPOINTS = List.of(".pth", ".pt", ".ckpt");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A .pth or .onnx file.")
  private Path file;

  @Option(
      names = "--roofline",
      description = "Also what an ONNX model of ours asks of a GPU for one face, counted.")
  private boolean roofline;

  @Override
  public Integer call() throws IOException {
    ModelDescription description = describe();
    PrintWriter out = spec.commandLine().getOut();
    line(out, "file", file.toString());
    line(out, "bytes", "%,d".formatted(Files.size(file)));
    description.lines().forEach(line -> line(out, line.name(), line.value()));
    if (roofline) {
      write(Roofline.of(file), out);
    }
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

  /**
   * A model that the service would refuse is refused here too; for a restorer, that takes a run.
   */
  private ModelDescription describeOnnx() {
    OnnxFile onnx = OnnxFile.read(file);
    if (ModelInfo.isRestorer(onnx)) {
      CleanExit.after(
          () -> {
            Restorer.open(file, Device.cpu()).close();
            return null;
          });
    }
    ModelKind.of(onnx)
        .filter(kind -> kind != ModelKind.RESTORER)
        .ifPresent(kind -> CompanionModel.open(file, kind, Device.cpu()).close());
    return ModelDescription.of(onnx);
  }

  private static void write(Roofline counted, PrintWriter out) {
    out.printf(
        "%n%-24s %5s %9s %8s %8s %8s%n", "operator", "nodes", "GFLOP", "GB", "launches", "ms");
    for (Roofline.Kind kind : counted.kinds()) {
      write(kind, out);
    }
    write(counted.total(), out);
  }

  private static void write(Roofline.Kind kind, PrintWriter out) {
    out.printf(
        "%-24s %5d %9.2f %8.3f %8d %8.3f%n",
        kind.operator(),
        kind.nodes(),
        kind.flops() / 1e9,
        kind.bytes() / 1e9,
        kind.launches(),
        kind.seconds() * 1e3);
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("%-18s %s%n", name, value);
  }
}
