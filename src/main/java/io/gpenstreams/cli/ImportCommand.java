package io.gpenstreams.cli;

import io.gpenstreams.gpen.GpenGraph;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gpen import}: GPEN's published weights as a model that the service runs. */
@Command(name = "import", description = "Turns a GPEN checkpoint of PyTorch into an ONNX model.")
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CHECKPOINT.pth", description = "A GPEN generator's weights.")
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
      description = "Device that the graph is laid out for (default: gpu for fp16, else cpu).")
  private Target target;

  @Option(
      names = "--io",
      paramLabel = "uint8|float",
      description = "Pixels as bytes [N,S,S,3], or as floats [N,3,S,S] in -1...1 (default: uint8).")
  private Layout layout = Layout.UINT8;

  @Override
  public Integer call() {
    AtomicFile.write(
        output,
        partial -> {
          translate(partial);
          check(partial);
        });
    return 0;
  }

  private void translate(Path partial) throws IOException {
    try (Checkpoint weights = Checkpoint.open(checkpoint, Optional.ofNullable(key));
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
      GpenGraph.of(
              Tensors.of(checkpoint, weights),
              layout,
              precision,
              target == null ? Target.of(precision) : target)
          .writeTo(out, weights.sha256());
    }
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
