package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.gpenstreams.Npy;
import io.gpenstreams.SharedData;
import io.gpenstreams.gpen.GraphSession;
import io.gpenstreams.gpen.Pictures;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.OnnxFile;
import io.gpenstreams.model.Restorer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Against what the official implementation gives for the same weights. */
class ImportCommandTest {
  @TempDir private Path folder;
  private final StringWriter errors = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "gpen-64.pth,            gpen-64,  fp32, 1e-5",
    "gpen-64-legacy.pth,     gpen-64,  fp32, 1e-5",
    "gpen-64-checkpoint.pth, gpen-64,  fp32, 1e-5",
    "gpen-64-fp16.pth,       gpen-64,  fp32, 2e-3",
    "gpen-64.pth,            gpen-64,  fp16, 2e-3",
    "gpen-256.pth,           gpen-256, fp32, 1e-5",
    "gpen-256.pth,           gpen-256, fp16, 2e-3",
  })
  void floatsAreTheOfficialOnes(String file, String reference, String precision, double tolerance)
      throws Exception {
    int size = size(reference);
    Path model = folder.resolve("model.onnx");
    assertThat(convert(file, model, "--io", "float", "--precision", precision)).isZero();
    try (GraphSession session = new GraphSession(Files.readAllBytes(model))) {
      float[] restored = session.run(Pictures.normalised(input(reference), size), size);
      assertThat(Pictures.relativeError(restored, output(reference)))
          .isLessThanOrEqualTo(tolerance);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpen-64", "gpen-256"})
  void aRestorerGivesTheOfficialPixels(String reference) throws Exception {
    int size = size(reference);
    Path model = folder.resolve("model.onnx");
    assertThat(convert(reference + ".pth", model)).isZero();
    byte[] restored = new byte[3 * size * size];
    try (Restorer restorer = Restorer.open(model, Device.CPU);
        Mat face = new Mat(size, size, CV_8UC3)) {
      assertThat(restorer.info().name()).isEqualTo("gpen-bfr-" + size);
      assertThat(restorer.info().layout()).isEqualTo(ModelInfo.Layout.UINT8);
      assertThat(restorer.info().generative()).isTrue();
      face.<ByteBuffer>createBuffer().put(input(reference));
      try (Mat result = restorer.restore(face)) {
        result.<ByteBuffer>createBuffer().get(restored);
      }
    }
    Pictures.assertRounded(restored, output(reference), size);
  }

  @Test
  void theFileSaysWhatItIs() throws Exception {
    Path model = folder.resolve("model.onnx");
    assertThat(convert("gpen-64.pth", model, "--precision", "fp16")).isZero();
    OnnxFile file = OnnxFile.read(model);
    assertThat(file.inputs()).hasToString("[input: uint8[N,64,64,3]]");
    assertThat(file.outputs()).hasToString("[output: uint8[N,64,64,3]]");
    assertThat(file.precision()).isEqualTo("fp16");
    assertThat(file.metadata())
        .containsEntry("gpen.architecture", "gpen")
        .containsEntry("gpen.size", "64")
        .containsEntry("gpen.precision", "fp16")
        .containsEntry("gpen.io", "uint8")
        .containsEntry("gpen.generative", "true")
        .containsEntry("gpen.template", "gpen-5-points")
        .hasEntrySatisfying(
            "gpen.checkpoint.sha256", sha256 -> assertThat(sha256).matches("[0-9a-f]{64}"))
        .hasEntrySatisfying("gpen.licence", note -> assertThat(note).contains("non-commercial"));
  }

  @Test
  void importingTwiceGivesTheSameBytes() {
    Path once = folder.resolve("once.onnx");
    Path twice = folder.resolve("twice.onnx");
    assertThat(convert("gpen-64.pth", once)).isZero();
    assertThat(convert("gpen-64.pth", twice)).isZero();
    assertThat(once).hasSameBinaryContentAs(twice);
  }

  @ParameterizedTest
  @CsvSource({
    "gpen-64-missing-layer.pth, lacks the tensor ecd1.0.1.weight",
    "malicious.pth,             malicious.pth",
    "gpen-64.input.npy,         gpen-64.input.npy",
  })
  void whatCannotBeImportedLeavesNothingBehind(String file, String message) {
    Path model = folder.resolve("model.onnx");
    assertThat(convert(file, model)).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(errors.toString()).startsWith("gpen: ").contains(message).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anUnknownPrecisionIsWrongUsage() {
    assertThat(convert("gpen-64.pth", folder.resolve("model.onnx"), "--precision", "fp8"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("FP32, FP16").hasLineCount(1);
  }

  private int convert(String checkpoint, Path model, String... options) {
    List<String> arguments = new ArrayList<>(List.of("import"));
    arguments.add(SharedData.file("gpen/" + checkpoint).toString());
    arguments.addAll(List.of("--output", model.toString()));
    arguments.addAll(List.of(options));
    return GpenCommand.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments.toArray(String[]::new));
  }

  private static byte[] input(String reference) throws Exception {
    return Npy.bytes(SharedData.file("gpen/" + reference + ".input.npy"));
  }

  private static float[] output(String reference) throws Exception {
    return Npy.floats(SharedData.file("gpen/" + reference + ".output.npy"));
  }

  private static int size(String reference) {
    return Integer.parseInt(reference.substring("gpen-".length()));
  }
}
