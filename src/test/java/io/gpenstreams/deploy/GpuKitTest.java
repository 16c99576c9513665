package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of the kit for GPU hosts needs neither a GPU nor the packaged application. */
final class GpuKitTest {
  private static final Path KIT = Path.of("src/main/docker/gpu");

  @TempDir Path folder;

  private record Ended(int exitCode, String output) {}

  @BeforeEach
  void needPython() {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "python3"))),
        "skipped, since there is no python3");
  }

  @Test
  void figuresWithinTheLimitsPass() throws Exception {
    Ended ended = report(0.2, 12.5, 0.95);

    assertThat(ended.exitCode()).isZero();
    assertThat(written().lines().filter(line -> line.endsWith("| passed |"))).hasSize(7);
    assertThat(written())
        .contains("| bare fp16 batch 1 | 12.5 | 12 | 80 |")
        .contains("| Conv | CUDAExecutionProvider | 51 | 9 | 90.0% |");
  }

  @ParameterizedTest
  @CsvSource({
    "0.6, 12.5, 0.95, mean difference of float16",
    "0.2, 20, 0.95, times as fast as PyTorch in float16",
    "0.2, 12.5, 0.5, faces/s of the pipeline",
  })
  void eachFigureBeyondItsLimitFails(
      double difference, double millis, double efficiency, String criterion) throws Exception {
    Ended ended = report(difference, millis, efficiency);

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(written().lines().filter(line -> line.endsWith("| FAILED |")))
        .anyMatch(line -> line.contains(criterion));
  }

  @Test
  void whatIsMissingIsNotMeasured() throws Exception {
    Ended ended =
        report(
            """
            {"size": 2048, "device": "cuda:0", "machine": {"GPU": null},
             "steps": {"torch fp16": {"error": "PyTorch is not installed"}}}
            """);

    assertThat(ended.exitCode()).isZero();
    assertThat(written().lines().filter(line -> line.endsWith("| not measured |"))).hasSize(7);
    assertThat(written()).contains("- torch fp16: PyTorch is not installed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bash pack.sh                             | name the archive to write
          bash pack.sh --quick kit.tar.gz          | unknown option --quick
          bash pack.sh --app                       | --app needs a value
          bash pack.sh --app nowhere kit.tar.gz    | no packaged application at nowhere
          python3 measure.py --device gpu          | --device is cpu or cuda:N, not gpu
          python3 measure.py --size 100            | --size is a power of two from 64 to 2048
          python3 measure.py --batches 4,1         | the first of them 1
          python3 report.py nowhere.json report.md | nowhere.json holds no results
          """)
  void wrongArgumentsEndWithOneReason(String command, String reason) throws Exception {
    Ended ended = run(command.split(" "));

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.output()).contains(reason);
  }

  private Ended report(double difference, double millis, double efficiency) throws Exception {
    return report(
        """
        {"size": 2048, "device": "cuda:0", "machine": {"GPU": "NVIDIA H100"}, "steps": {
          "bare fp16 batch 1": {"result": {"medianMillisPerFace": %1$s, "leastMillisPerFace": 12}},
          "bare fp32 batch 1": {"result": {"medianMillisPerFace": 30, "leastMillisPerFace": 29}},
          "difference": {"result": {"meanLevels": %2$s, "saturatedShare": 0.3}},
          "floor": {"result": {"millis": 8}},
          "torch fp32": {"result": {"medianMillisPerFace": 70, "meanLevels": 0.1}},
          "torch fp16": {"result": {"medianMillisPerFace": 30, "meanLevels": 0.2}},
          "pipeline": {"result": {
            "bareModel": {"medianMillisPerFace": 10, "leastMillisPerFace": 9, "facesPerSecond": 100},
            "pipeline": {"medianMillisPerFace": 11, "leastMillisPerFace": 9, "facesPerSecond": %3$s}}},
          "profile": {"result": {"operators": [
            {"operator": "Conv", "provider": "CUDAExecutionProvider", "runs": 51, "millis": 9},
            {"operator": "Cast", "provider": "CUDAExecutionProvider", "runs": 2, "millis": 1}]}}}}
        """
            .formatted(millis, difference, 100 * efficiency));
  }

  private Ended report(String results) throws Exception {
    Path file = Files.writeString(folder.resolve("results.json"), results);
    return run("python3", "report.py", file.toString(), folder.resolve("report.md").toString());
  }

  private String written() throws IOException {
    return Files.readString(folder.resolve("report.md"));
  }

  private Ended run(String... command) throws IOException, InterruptedException {
    List<String> resolved =
        Stream.of(command)
            .map(
                word ->
                    word.endsWith(".py") || word.endsWith(".sh")
                        ? KIT.resolve(word).toAbsolutePath().toString()
                        : word)
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(resolved).directory(folder.toFile()).redirectErrorStream(true);
    // Python's compiled files would lie among the sources.
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
