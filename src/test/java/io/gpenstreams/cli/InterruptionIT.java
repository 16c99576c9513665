package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged commands, interrupted at any moment, as by Ctrl-C. */
class InterruptionIT {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  // While it starts, and while the model runs.
  @ParameterizedTest
  @ValueSource(ints = {1, 6, 10})
  void anInterruptedCommandExitsAndDoesNotCrash(int seconds) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Djava.io.tmpdir=" + folder,
                    "-jar",
                    JAR.toAbsolutePath().toString(),
                    "bench",
                    "--random",
                    "64",
                    "--faces",
                    "1000000"))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    try {
      assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).isFalse();
      process.destroy();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    String output = Files.readString(folder.resolve("output"));
    assertThat(process.exitValue()).as(output).isEqualTo(TERMINATED);
    assertThat(output).doesNotContain("fatal error");
    // ONNX Runtime leaves a folder, which is empty.
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile))
          .extracting(file -> file.getFileName().toString())
          .containsOnly("output");
    }
  }
}
