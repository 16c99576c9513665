package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.gpenstreams.Npy;
import io.gpenstreams.SharedData;
import io.gpenstreams.gpen.GeneratorFile;
import io.gpenstreams.gpen.GraphSession;
import io.gpenstreams.gpen.ModelImages;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.OneFace;
import io.gpenstreams.model.OnnxFile;
import io.gpenstreams.model.Restorer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Against what the official implementation gives for the same weights. */
class ImportCommandTest {
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int CENTRAL_SIZES = 20;

  @TempDir private Path folder;
  @TempDir private Path given;
  private final StringWriter errors = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "gpen-64.pth,            gpen-64,  fp32, cpu, 1e-5",
    "gpen-64-legacy.pth,     gpen-64,  fp32, cpu, 1e-5",
    "gpen-64-checkpoint.pth, gpen-64,  fp32, cpu, 1e-5",
    "gpen-64-fp16.pth,       gpen-64,  fp32, cpu, 2e-3",
    "gpen-64.pth,            gpen-64,  fp32, gpu, 1e-5",
    "gpen-64.pth,            gpen-64,  fp16, gpu, 2e-3",
    "gpen-64.pth,            gpen-64,  fp16, cpu, 2e-3",
    "gpen-256.pth,           gpen-256, fp32, cpu, 1e-5",
    "gpen-256.pth,           gpen-256, fp32, gpu, 1e-5",
    "gpen-256.pth,           gpen-256, fp16, gpu, 2e-3",
    "gpen-256.pth,           gpen-256, fp16, cpu, 2e-3",
  })
  void floatsAreTheOfficialOnes(
      String file, String reference, String precision, String target, double tolerance)
      throws Exception {
    int size = size(reference);
    Path model = folder.resolve("model.onnx");
    assertThat(convert(file, model, "--io", "float", "--precision", precision, "--target", target))
        .isZero();
    try (GraphSession session = new GraphSession(Files.readAllBytes(model))) {
      float[] restored = session.run(ModelImages.normalised(input(reference), size), size);
      assertThat(ModelImages.relativeError(restored, output(reference)))
          .isLessThanOrEqualTo(tolerance);
    }
  }

  @ParameterizedTest
  @CsvSource({"gpen-64, cpu", "gpen-64, gpu", "gpen-256, cpu", "gpen-256, gpu"})
  void aRestorerGivesTheOfficialPixels(String reference, String target) throws Exception {
    int size = size(reference);
    Path model = folder.resolve("model.onnx");
    assertThat(convert(reference + ".pth", model, "--target", target)).isZero();
    byte[] restored = new byte[3 * size * size];
    try (Restorer restorer = Restorer.open(model, Device.cpu());
        Mat face = new Mat(size, size, CV_8UC3)) {
      assertThat(restorer.info().name()).isEqualTo("gpen-bfr-" + size);
      assertThat(restorer.info().layout()).isEqualTo(ModelInfo.Layout.UINT8);
      assertThat(restorer.info().generative()).isTrue();
      face.<ByteBuffer>createBuffer().put(input(reference));
      try (Mat result = OneFace.restored(restorer, face)) {
        result.<ByteBuffer>createBuffer().get(restored);
      }
    }
    ModelImages.assertRounded(restored, output(reference), size);
  }

  @ParameterizedTest
  @CsvSource({"gpen-64, cpu", "gpen-64, gpu", "gpen-256, cpu", "gpen-256, gpu"})
  void halfPrecisionIsNearTheOfficialPixels(String reference, String target) throws Exception {
    int size = size(reference);
    Path model = folder.resolve("model.onnx");
    assertThat(convert(reference + ".pth", model, "--precision", "fp16", "--target", target))
        .isZero();
    try (GraphSession session = new GraphSession(Files.readAllBytes(model))) {
      int[] differences =
          ModelImages.differences(session.run(input(reference), size), output(reference), size);
      assertThat(Arrays.stream(differences).average().orElseThrow()).isLessThanOrEqualTo(0.5);
      assertThat(Arrays.stream(differences).max().orElseThrow()).isLessThanOrEqualTo(6);
    }
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
        .containsEntry("gpen.target", "gpu")
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

  @ParameterizedTest
  @CsvSource({
    "gpen-64, fp32, cpu",
    "gpen-64, fp32, gpu",
    "gpen-64, fp16, gpu",
    "gpen-256, fp32, cpu",
    "gpen-256, fp16, gpu",
  })
  void aBatchGivesThePixelsOfItsImages(String reference, String precision, String target)
      throws Exception {
    int size = size(reference);
    Path model = folder.resolve("model.onnx");
    assertThat(convert(reference + ".pth", model, "--precision", precision, "--target", target))
        .isZero();
    byte[] waves = ModelImages.waves(3, size);
    byte[] face = input(reference);
    System.arraycopy(face, 0, waves, face.length, face.length);
    try (GraphSession session = new GraphSession(Files.readAllBytes(model))) {
      byte[] together = session.run(waves, size);
      for (int from = 0; from < waves.length; from += face.length) {
        byte[] alone = session.run(Arrays.copyOfRange(waves, from, from + face.length), size);
        assertThat(Arrays.copyOfRange(together, from, from + face.length)).isEqualTo(alone);
      }
    }
  }

  @Test
  void importsWithoutReferenceData() throws IOException {
    assertThat(convert(file(new GeneratorFile().zip()), folder.resolve("model.onnx"))).isZero();
    assertThat(errors.toString()).isEmpty();
    OnnxFile model = OnnxFile.read(folder.resolve("model.onnx"));
    // The check adds outputs to the file for a while.
    assertThat(model.outputs()).hasToString("[output: uint8[N,64,64,3]]");
    assertThat(folder).isDirectoryContaining("glob:**/model.onnx");
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void aWeightThatIsNoNumberIsNamed(float value) throws IOException {
    String name = "generator.convs.3.conv.modulation.weight";
    assertRefused(
        new GeneratorFile().ending(name, value).zip(), name + " holds " + value, "no weight");
  }

  @ParameterizedTest
  @CsvSource({"uint8", "float"})
  void aModelThatGivesNoNumbersIsRefused(String io) throws IOException {
    // Finite as they are stored, but every style is multiplied with what it meets.
    byte[] bytes =
        new GeneratorFile()
            .filled("generator.to_rgbs.2.conv.modulation.bias", 3e38f)
            .filled("generator.to_rgbs.2.conv.weight", 100)
            .zip();
    assertRefused(bytes, List.of("--io", io), "for a blank face", "too large for fp32");
  }

  @Test
  void whatIsNotThereOrTooMuchOrMisshapenIsNamed() throws IOException {
    String name = "generator.to_rgbs.2.conv.weight";
    assertRefused(new GeneratorFile().without(name).zip(), "lacks the tensor " + name);
    assertRefused(new GeneratorFile().with("fc.weight", 2, 2).zip(), "has the tensor fc.weight");
    assertRefused(new GeneratorFile().with(name, 1, 3, 8, 3, 3).zip(), "has the tensor " + name);
    assertRefused(GeneratorFile.ofAnotherNetwork(), "is no GPEN generator");
  }

  @Test
  void whatIsNoCheckpointIsRefused() throws IOException {
    assertRefused(new byte[0], "is empty");
    assertRefused("weights\n".repeat(99).getBytes(StandardCharsets.UTF_8), "no PyTorch checkpoint");
    assertRefused(zip("../../data.pkl"), "impossible name ../../data.pkl");
    assertRefused(zip("/etc/data.pkl"), "impossible name /etc/data.pkl");
    assertRefused(zip("readme.txt"), "has the compressed entry readme.txt");
  }

  @Test
  void aFileThatIsCutAnywhereIsRefused() throws IOException {
    byte[] whole = new GeneratorFile().zip();
    Path file = file(whole);
    Set<Integer> lengths = new TreeSet<>(Comparator.reverseOrder());
    for (int i = 1; i <= 60; i++) {
      lengths.add(whole.length - i * i);
      lengths.add((int) (whole.length * (60L - i) / 60));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int length : lengths) {
        channel.truncate(length);
        assertRefused(file, List.of(), "");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 1 << 20, Integer.MAX_VALUE, -1})
  void aZipThatLiesAboutASizeIsRefused(int size) throws IOException {
    byte[] bytes = new GeneratorFile().zip();
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.length - Integer.BYTES;
    while (all.getInt(at) != CENTRAL_HEADER) {
      at--;
    }
    // The last entry is small and not needed, so the one before it.
    do {
      at--;
    } while (all.getInt(at) != CENTRAL_HEADER);
    all.putInt(at + CENTRAL_SIZES, size).putInt(at + CENTRAL_SIZES + Integer.BYTES, size);
    assertRefused(bytes, "");
  }

  @Test
  void anUnknownPrecisionIsWrongUsage() {
    assertThat(convert("gpen-64.pth", folder.resolve("model.onnx"), "--precision", "fp8"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("FP32, FP16").hasLineCount(1);
  }

  private void assertRefused(byte[] checkpoint, String... why) throws IOException {
    assertRefused(checkpoint, List.of(), why);
  }

  private void assertRefused(byte[] checkpoint, List<String> options, String... why)
      throws IOException {
    assertRefused(file(checkpoint), options, why);
  }

  private void assertRefused(Path file, List<String> options, String... why) {
    errors.getBuffer().setLength(0);
    int code = convert(file, folder.resolve("model.onnx"), options.toArray(String[]::new));
    assertThat(code).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(errors.toString()).startsWith("gpen: " + file).contains(why).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(given.resolve("given.pth"), bytes);
  }

  private static byte[] zip(String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(1);
    }
    return bytes.toByteArray();
  }

  private int convert(String checkpoint, Path model, String... options) {
    return convert(SharedData.file("gpen/" + checkpoint), model, options);
  }

  private int convert(Path checkpoint, Path model, String... options) {
    List<String> arguments = new ArrayList<>(List.of("import"));
    arguments.add(checkpoint.toString());
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
