package io.gpenstreams.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dry run of the kit for GPU hosts, from packing to the report, over stand-ins for CUDA. */
class KitOnStandIns {
  private static final List<String> NEED_TORCH = List.of("torch fp32", "torch fp16");

  @TempDir Path folder;

  @BeforeAll
  static void prepare() throws Exception {
    StandIns.prepare();
  }

  @Test
  void packsUnpacksAndMeasures() throws Exception {
    Path archive = folder.resolve("kit.tar.gz");
    String java = Path.of(System.getProperty("java.home"), "bin").toString();

    assertThat(
            run(
                "src/main/docker/gpu/pack.sh --native %s --java none %s"
                    .formatted(StandIns.NATIVE, archive)))
        .isZero();
    assertThat(run("tar -C %s -xzf %s".formatted(folder, archive))).isZero();
    int exitCode =
        run(
            "env PATH=%s:%s LD_LIBRARY_PATH=%s python3 %s/gpen-kit/measure.py --device cuda:0"
                    .formatted(
                        java, System.getenv("PATH"), StandIns.LIBRARIES.toAbsolutePath(), folder)
                + " --size 256 --batches 1,4 --repeat 2 --faces 2 --photos-at-once 2 --output "
                + folder.resolve("measured"));

    String report = Files.readString(folder.resolve("measured/report.md"));
    assertThat(report)
        .as("results of kernels that do not run are found to be wrong")
        .containsPattern("mean difference of float16 [^|]+\\| at most 0.5 \\| [0-9.]+ \\| FAILED");
    assertThat(exitCode).isEqualTo(1);
    JsonNode steps =
        new ObjectMapper().readTree(folder.resolve("measured/results.json").toFile()).get("steps");
    steps
        .properties()
        .forEach(
            step -> {
              if (!NEED_TORCH.contains(step.getKey())) {
                assertThat(step.getValue().has("result")).as(report).isTrue();
              }
            });
    assertThat(steps.at("/pipeline/result/provider").asText()).isEqualTo("CUDAExecutionProvider");
    List<String> providers = new ArrayList<>();
    for (JsonNode operator : steps.at("/profile/result/operators")) {
      providers.add(operator.get("provider").asText());
    }
    assertThat(providers).hasSizeGreaterThan(10).containsOnly("CUDAExecutionProvider");
  }

  private int run(String command) throws Exception {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command.split(" "))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(output.toFile()))
            .start();
    assertThat(process.waitFor(15, TimeUnit.MINUTES)).as("it ends: %s", command).isTrue();
    return process.exitValue();
  }
}
