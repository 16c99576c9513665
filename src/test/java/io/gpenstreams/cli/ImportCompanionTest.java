package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpenstreams.SharedData;
import io.gpenstreams.companion.CompanionFile;
import io.gpenstreams.gpen.GeneratorFile;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.OnnxFile;
import io.gpenstreams.model.Restorer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The networks published with GPEN, on the command line. */
class ImportCompanionTest {
  @TempDir private Path folder;
  @TempDir private Path given;
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "retinaface-r50,  detector,   retinaface, retinaface,    fp32",
    "retinaface-mnet, detector,   retinaface, retinaface,    fp16",
    "parsenet,        parser,     parsenet,   parsenet,      fp32",
    "realesrnet-x1,   background, realesrnet, realesrnet-x1, fp32",
    "realesrnet-x2,   background, realesrnet, realesrnet-x2, fp16",
    "realesrnet-x4,   background, realesrnet, realesrnet-x4, fp32",
  })
  void theFileSaysWhatItIs(
      String checkpoint, String kind, String architecture, String name, String precision) {
    Path model = folder.resolve("model.onnx");
    assertThat(convert(checkpoint, model, "--precision", precision)).isZero();
    assertThat(out.toString()).contains(name, precision, "gpen.", "non-commercial");
    OnnxFile file = OnnxFile.read(model);
    assertThat(file.inputs()).hasSize(1);
    assertThat(file.inputs().get(0).toString()).startsWith("input: uint8[").endsWith(",N,N,3]");
    assertThat(file.outputs())
        .extracting(OnnxFile.Value::name)
        .containsExactlyElementsOf(
            switch (kind) {
              case "detector" -> List.of("loc", "conf", "landms");
              case "parser" -> List.of("mask");
              default -> List.of("output");
            });
    assertThat(file.metadata())
        .containsEntry("gpen.kind", kind)
        .containsEntry("gpen.architecture", architecture)
        .containsEntry("gpen.name", name)
        .containsEntry("gpen.precision", precision)
        .containsEntry("gpen.io", "uint8")
        .containsEntry("gpen.generative", Boolean.toString(kind.equals("background")))
        .hasEntrySatisfying(
            "gpen.checkpoint.sha256", sha256 -> assertThat(sha256).matches("[0-9a-f]{64}"));
    out.getBuffer().setLength(0);
    assertThat(run("inspect", model.toString())).isZero();
    assertThat(out.toString().lines())
        .contains("gpen.kind          " + kind, "gpen.architecture  " + architecture);
  }

  @ParameterizedTest
  @CsvSource({
    "retinaface-r50,  retinaface, detector",
    "retinaface-mnet, retinaface, detector",
    "parsenet,        parsenet,   parser",
    "realesrnet-x2,   realesrnet, background",
  })
  void inspectRecognisesACheckpoint(String checkpoint, String architecture, String kind) {
    assertThat(run("inspect", CompanionFile.checkpoint(checkpoint).toString())).isZero();
    assertThat(out.toString().lines())
        .contains("architecture       " + architecture, "kind               " + kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"retinaface-mnet", "parsenet", "realesrnet-x4"})
  void isNoRestorer(String checkpoint) {
    Path model = folder.resolve("model.onnx");
    assertThat(convert(checkpoint, model)).isZero();
    assertThatThrownBy(() -> Restorer.open(model, Device.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(model.toString())
        .hasMessageContaining("and no restorer: it belongs to gpen.");
  }

  @Test
  void aGeneratorIsNoDetector() throws IOException {
    Path generator = Files.write(given.resolve("generator.pth"), new GeneratorFile().zip());
    Path model = folder.resolve("model.onnx");
    assertThat(convert(generator, model)).isZero();
    Path photo = SharedData.file("photos/astronaut.png");
    assertThat(
            run(
                "restore",
                photo.toString(),
                "--output",
                folder.resolve("out.png").toString(),
                "--model",
                model.toString(),
                "--detector",
                model.toString()))
        .isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(errors.toString())
        .isEqualTo(
            "gpen: %s is a restorer model and no detector: it belongs to gpen.model%n"
                .formatted(model));
  }

  @Test
  void optionsOfGpenAreWrongUsage() {
    Path model = folder.resolve("model.onnx");
    assertThat(convert("parsenet", model, "--io", "float")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(convert("parsenet", model, "--target", "cpu")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("--io float and --target are for GPEN");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"retinaface-mnet", "parsenet", "realesrnet-x1"})
  void aFileThatIsCutAnywhereIsRefused(String checkpoint) throws IOException {
    Path file = given.resolve("given.pth");
    Files.write(file, Files.readAllBytes(CompanionFile.checkpoint(checkpoint)));
    long whole = Files.size(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 1; i <= 40; i++) {
        channel.truncate(whole * (40 - i) / 40);
        errors.getBuffer().setLength(0);
        assertThat(convert(file, folder.resolve("model.onnx")))
            .isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(errors.toString()).startsWith("gpen: " + file).hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
      }
    }
  }

  private int convert(String checkpoint, Path model, String... options) {
    return convert(CompanionFile.checkpoint(checkpoint), model, options);
  }

  private int convert(Path checkpoint, Path model, String... options) {
    List<String> arguments = new ArrayList<>(List.of("import", checkpoint.toString()));
    arguments.addAll(List.of("--output", model.toString()));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    return GpenCommand.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }
}
