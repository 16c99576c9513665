package io.gpenstreams.cli;

import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.OnnxFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gpen inspect}: what a model file is. */
@Command(name = "inspect", description = "Says what an ONNX file is.")
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "An .onnx file.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".pth")) {
      throw new ModelException(
          file + " is a PyTorch checkpoint, which this version cannot read yet");
    }
    OnnxFile onnx = OnnxFile.read(file);
    PrintWriter out = spec.commandLine().getOut();
    line(out, "file", file);
    line(out, "format", "ONNX, operator set " + onnx.opset());
    line(out, "bytes", "%,d".formatted(Files.size(file)));
    line(out, "sha256", onnx.sha256());
    line(out, "producer", onnx.producer());
    onnx.inputs().forEach(value -> line(out, "input", value));
    onnx.outputs().forEach(value -> line(out, "output", value));
    line(out, "nodes", "%,d".formatted(onnx.nodes()));
    line(out, "parameters", "%,d".formatted(onnx.parameters()));
    line(out, "precision", onnx.precision());
    onnx.metadata().forEach((key, value) -> line(out, key, value));
    out.flush();
    return 0;
  }

  private static void line(PrintWriter out, String name, Object value) {
    out.printf("%-18s %s%n", name, value);
  }
}
