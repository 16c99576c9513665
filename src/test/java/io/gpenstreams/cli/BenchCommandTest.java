package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.model.ForeignModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {
  @TempDir private Path folder;
  private final StringWriter output = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @Test
  void measuresTheModelAloneAndInThePipeline() throws Exception {
    JsonNode report = bench("--random", "64", "--faces", "3", "--photos-at-once", "1");

    assertThat(report.at("/model/name").asText()).isEqualTo("gpen-bfr-64");
    assertThat(report.at("/model/precision").asText()).isEqualTo("fp32");
    assertThat(report.at("/model/target").asText()).isEqualTo("cpu");
    assertThat(report.at("/model/layout").asText()).isEqualTo("uint8");
    assertThat(report.at("/randomWeights").asBoolean()).isTrue();
    assertThat(report.at("/device").asText()).isEqualTo("cpu");
    assertThat(report.at("/loadMillis").asDouble()).isPositive();
    for (String what : List.of("/bareModel", "/pipeline")) {
      JsonNode speed = report.at(what);
      assertThat(speed.at("/faces").asInt()).isEqualTo(3);
      assertThat(speed.at("/firstMillis").asDouble()).isPositive();
      assertThat(speed.at("/leastMillisPerFace").asDouble())
          .isPositive()
          .isLessThanOrEqualTo(speed.at("/medianMillisPerFace").asDouble())
          .isLessThanOrEqualTo(speed.at("/meanMillisPerFace").asDouble());
      assertThat(speed.at("/facesPerSecond").asDouble())
          .isCloseTo(1000 / speed.at("/meanMillisPerFace").asDouble(), withinPercentage(0.1));
    }
    assertThat(report.at("/ratio").asDouble())
        .isPositive()
        .isCloseTo(
            report.at("/pipeline/facesPerSecond").asDouble()
                / report.at("/bareModel/facesPerSecond").asDouble(),
            within(0.002));
    assertThat(report.at("/peakMemoryBytes").asLong()).isGreaterThan(10_000_000);
    assertTheStagesAddUp(report);
  }

  private static void assertTheStagesAddUp(JsonNode report) {
    JsonNode stages = report.at("/stageMillisPerFace");
    assertThat(stages.fieldNames())
        .toIterable()
        .containsExactly("decode", "detect", "restore", "blend", "encode", "other");
    double sum = 0;
    for (JsonNode millis : stages) {
      assertThat(millis.asDouble()).isPositive();
      sum += millis.asDouble();
    }
    double mean = report.at("/pipeline/meanMillisPerFace").asDouble();
    assertThat(sum).isCloseTo(mean, within(0.05 * mean));
  }

  @Test
  void warnsInOneLineOfAModelForTheOtherDevice() throws Exception {
    bench("--random", "64", "--target", "gpu", "--faces", "1");

    assertThat(errors.toString().lines())
        .filteredOn(line -> line.startsWith("gpen: "))
        .singleElement()
        .asString()
        .startsWith("gpen: warning: Model gpen-bfr-64 was imported for a gpu");
  }

  @Test
  void otherPhotosSeveralAtOnceInHalfPrecision() throws Exception {
    Path photo = folder.resolve("portrait.jpg");
    Files.write(photo, new Degradation(2).apply(new Portrait(2).draw()));
    JsonNode report =
        bench(
            "--random",
            "64",
            "--precision",
            "fp16",
            "--target",
            "cpu",
            "--faces",
            "3",
            "--photos-at-once",
            "2",
            "--photo",
            photo.toString());

    assertThat(report.at("/model/precision").asText()).isEqualTo("fp16");
    assertThat(report.at("/photosAtOnce").asInt()).isEqualTo(2);
    assertThat(report.at("/pipeline/faces").asInt()).isEqualTo(4);
    assertThat(output.toString())
        .contains("gpen-bfr-64 with random weights", "faces a second", "peak memory", "4 faces");
  }

  @Test
  void batchesAreOfTheModelAlone() throws Exception {
    JsonNode report =
        bench("--random", "64", "--faces", "3", "--batch", "2", "--photos-at-once", "1");

    assertThat(report.at("/batch").asInt()).isEqualTo(2);
    assertThat(report.at("/pipeline/faces").asInt()).isEqualTo(3);
    // One after the first photo, one after the third; the second is even with the first.
    assertThat(report.at("/bareModel/faces").asInt()).isEqualTo(4);
    assertThat(output.toString()).contains("2 in a run of the bare model");
  }

  @Test
  void aModelOfOneFaceAtATimeIsMeasuredLikeThat() throws Exception {
    Path model = Files.write(folder.resolve("foreign.onnx"), ForeignModel.copying(64));
    JsonNode report =
        bench("--model", model.toString(), "--faces", "2", "--batch", "2", "--photos-at-once", "1");

    assertThat(report.at("/batch").asInt()).isEqualTo(1);
    assertThat(report.at("/bareModel/faces").asInt()).isEqualTo(2);
    assertThat(output.toString()).contains("one in a run of the bare model");
  }

  @ParameterizedTest
  @CsvSource({
    "--model,          missing.onnx, 1, Model missing.onnx does not exist",
    "--device,         cuda:0,       1, no CUDA",
    "--device,         tpu,          2, gpen.device must be",
    "--random,         100,          2, GPEN has no size 100",
    "--faces,          0,            2, --faces must be 1 or more",
    "--batch,          0,            2, --batch must be 1 or more",
    "--batch,          -3,           2, --batch must be 1 or more",
    "--photos-at-once, 0,            2, --photos-at-once must be 1 or more",
    "--photo,          missing.jpg,  2, there is no photo at missing.jpg",
    "--precision,      fp16,         2, --precision goes with --random",
    "--target,         gpu,          2, --target goes with --random",
  })
  void whatCannotBeMeasuredIsSaidInOneLine(
      String option, String value, int exitCode, String message) {
    assertThat(execute(option, value, "--json", folder.resolve("bench.json").toString()))
        .isEqualTo(exitCode);
    assertThat(errors.toString()).startsWith("gpen: ").contains(message).hasLineCount(1);
    assertThat(output.toString()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void twoModelsAreOneTooMany() {
    assertThat(execute("--random", "64", "--model", "builtin"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(errors.toString()).contains("exclude each other").hasLineCount(1);
  }

  private JsonNode bench(String... options) throws Exception {
    Path json = folder.resolve("bench.json");
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--device", "cpu", "--json", json.toString()));
    assertThat(execute(arguments.toArray(String[]::new))).as(errors.toString()).isZero();
    return new ObjectMapper().readTree(json.toFile());
  }

  private int execute(String... options) {
    List<String> arguments = new ArrayList<>(List.of("bench"));
    arguments.addAll(List.of(options));
    return GpenCommand.commandLine()
        .setOut(new PrintWriter(output))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments.toArray(String[]::new));
  }
}
