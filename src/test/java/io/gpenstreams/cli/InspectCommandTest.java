package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.SharedData;
import io.gpenstreams.model.OnnxGraph;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class InspectCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void describesACheckpoint() {
    assertThat(inspect(SharedData.file("gpen/gpen-64.pth"))).isZero();
    assertThat(out.toString().lines())
        .contains(
            "format             PyTorch zip",
            "bytes              17,202,285",
            "sha256             "
                + "297e2a6db257d8d39b16f12691f60ac9edda2af1e40397fbdfe48a6cc6757738",
            "entry              none, a plain state dict",
            "architecture       gpen",
            "size               64×64 pixels",
            "channels           64 at 4, 64 at 8, 64 at 16, 64 at 32, 64 at 64",
            "tensors            106",
            "parameters         4,291,480",
            "precision          float32");
  }

  @Test
  void saysWhichEntryItTook() {
    assertThat(inspect(SharedData.file("gpen/gpen-64-checkpoint.pth"))).isZero();
    assertThat(out.toString().lines()).contains("entry              g_ema");
  }

  @Test
  void saysThatAFileIsOlder() {
    assertThat(inspect(SharedData.file("gpen/gpen-64-legacy.pth"))).isZero();
    assertThat(out.toString().lines()).contains("format             PyTorch legacy");
  }

  @Test
  void saysWhatKeepsACheckpointFromBeingAGenerator() {
    assertThat(inspect(SharedData.file("gpen/gpen-64-missing-layer.pth"))).isZero();
    assertThat(out.toString().lines())
        .contains("tensors            105")
        .filteredOn(line -> line.startsWith("architecture"))
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("architecture       unknown")
        .contains("it lacks the tensor ecd1.0.1.weight[64, 64, 3, 3]");
  }

  @ParameterizedTest
  @CsvSource({
    "gpen.precision, bogus, 'says gpen.precision=bogus, expected fp32 or fp16'",
    "gpen.name, '', 'says gpen.name=, expected 1 to 100 printable characters, not all of them spaces'",
  })
  void refusesAModelThatTheServiceRefuses(String key, String value, String trouble)
      throws IOException {
    Path file = Files.write(folder.resolve("m.onnx"), copying("Identity", Map.of(key, value)));

    assertThat(inspect(file)).isEqualTo(1);
    assertThat(err).hasToString("gpen: Model " + file + " " + trouble + "\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void refusesAModelThatGivesNoNumbers() throws IOException {
    byte[] onnx = copying("Log", Map.of());
    Path file = Files.write(folder.resolve("m.onnx"), onnx);

    assertThat(inspect(file)).isEqualTo(1);
    assertThat(err)
        .hasToString("gpen: Model " + file + " gave NaN for a test face, which is no picture\n");
    assertThat(file).hasBinaryContent(onnx);
  }

  @Test
  void describesARestorerInPrintableCharacters() throws IOException {
    Map<String, String> metadata = Map.of("author", "\u001b[2Jme\nformat  PyTorch");
    Path file = Files.write(folder.resolve("m.onnx"), copying("Identity", metadata));

    assertThat(inspect(file)).isZero();
    assertThat(out.toString().lines())
        .contains(
            "input              x: float[1,3,64,64]", "author             ?[2Jme?format  PyTorch");
    assertThat(err.toString()).isEmpty();
  }

  private static byte[] copying(String operator, Map<String, String> metadata) {
    OnnxGraph graph = new OnnxGraph("test");
    String input = graph.input("x", DataType.FLOAT, 1, 3, 64, 64);
    graph.output(graph.node(operator, "y", input), DataType.FLOAT, 1, 3, 64, 64);
    return graph.toBytes(metadata);
  }

  @Test
  void describesAnOnnxFileThatIsNoRestorer() {
    assertThat(inspect(SharedData.file("models/yunet_n_640_640.onnx"))).isZero();
    assertThat(out.toString().lines()).anyMatch(line -> line.startsWith("format             ONNX"));
  }

  @Test
  void countsWhatAGpuHasToDo() throws IOException {
    Path file = Files.write(folder.resolve("m.onnx"), copying("Abs", Map.of()));

    assertThat(inspect(file, "--roofline")).isZero();
    assertThat(out.toString().lines())
        .contains(
            "operator                 nodes     GFLOP       GB launches       ms",
            "Abs                          1      0.00    0.000        1    0.003",
            "total                        1      0.00    0.000        1    0.003");
  }

  @Test
  void failsInOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("text.PTH"), "weights");
    assertThat(inspect(file)).isEqualTo(1);
    assertThat(err).hasToString("gpen: " + file + ": is no PyTorch checkpoint\n");
    assertThat(out.toString()).isEmpty();
  }

  private int inspect(Path file, String... options) {
    CommandLine command = GpenCommand.commandLine();
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(
            Stream.concat(Stream.of("inspect", file.toString()), Stream.of(options))
                .toArray(String[]::new));
  }
}
