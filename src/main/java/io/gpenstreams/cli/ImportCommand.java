package io.gpenstreams.cli;

import io.gpenstreams.companion.CompanionGraph;
import io.gpenstreams.gpen.GpenGraph;
import io.gpenstreams.model.CompanionInfo;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import io.gpenstreams.model.TrialRun;
import io.gpenstreams.torch.Checkpoint;
import io.gpenstreams.torch.Tensors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code gpen import}: GPEN's published weights, or those of the networks published with it, as a
 * model that the service runs.
 */
@Command(
    name = "import",
    description =
        "Turns a checkpoint of PyTorch into an ONNX model: of GPEN, RetinaFace, ParseNet or"
            + " RealESRNet.")
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CHECKPOINT.pth", description = "The weights.")
  private Path checkpoint;

  @Option(names = "--output", required = true, paramLabel = "M.onnx", description = "The model.")
  private Path output;

  @Option(
      names = "--key",
      paramLabel = "K",
      description = "Entry of a training checkpoint with the weights (default: g_ema or alike).")
  private String key;

  @Option(
      names = "--precision",
      paramLabel = "fp32|fp16",
      description = "What it computes with (default: fp32).")
  private Precision precision = Precision.FP32;

  @Option(
      names = "--target",
      paramLabel = "cpu|gpu",
      description = "Device that GPEN's graph is laid out for (default: gpu for fp16, else cpu).")
  private Target target;

  @Option(
      names = "--io",
      paramLabel = "uint8|float",
      description = "Pixels as bytes [N,S,S,3], or as floats [N,3,S,S] in -1...1 (default: uint8).")
  private Layout layout = Layout.UINT8;

  @Override
  public Integer call() {
    try (Checkpoint weights = Checkpoint.open(checkpoint, Optional.ofNullable(key))) {
      Optional<CompanionGraph> companion = CompanionGraph.of(Tensors.of(checkpoint, weights));
      AtomicFile.write(
          output,
          partial -> {
            if (companion.isPresent()) {
              translate(companion.get(), weights, partial);
              check(companion.get(), partial);
            } else {
              translate(weights, partial);
              check(partial);
            }
          });
    }
    return 0;
  }

  private void translate(Checkpoint weights, Path partial) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
      GpenGraph.of(
              Tensors.of(checkpoint, weights),
              layout,
              precision,
              target == null ? Target.of(precision) : target)
          .writeTo(out, weights.sha256());
    }
  }

  private void translate(CompanionGraph companion, Checkpoint weights, Path partial)
      throws IOException {
    if (layout != Layout.UINT8 || target != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--io float and --target are for GPEN; %s holds %s"
              .formatted(checkpoint, companion.name()));
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
      companion.writeTo(out, precision, weights.sha256());
    }
  }

  private void check(CompanionGraph companion, Path partial) throws IOException {
    CompanionInfo info =
        CleanExit.after(() -> TrialRun.of(checkpoint.toString(), companion.kind(), partial));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %s, %s, pictures of any size, for %s%n",
        output, info.name(), info.precision(), companion.kind().setting());
    out.println(companion.licence());
    out.flush();
  }

  /** Nothing is put into place that ONNX Runtime does not load and run. */
  private void check(Path partial) throws IOException {
    ModelInfo info = CleanExit.after(() -> TrialRun.of(checkpoint.toString(), partial));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %s, %3$d×%3$d pixels, %4$s for a %5$s, %6$s in and out%n",
        output,
        info.name(),
        info.size(),
        info.precision(),
        info.target().orElseThrow().name(),
        layout);
    out.println("GPEN's weights are for academic and non-commercial use only.");
    out.flush();
  }
}
