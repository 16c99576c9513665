package io.gpenstreams.temporary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged commands leave in the folder for temporary files. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class TemporaryFilesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final int KILLS = 3;

  @TempDir private Path folder;
  private Path temporary;
  private Path log;
  private Process process;

  @BeforeEach
  void makeFolder() throws IOException {
    temporary = Files.createDirectory(folder.resolve("tmp"));
    log = folder.resolve("log");
  }

  @AfterEach
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void killedServicesLeaveNoMoreThanOneAndAStoppedOneNothing() throws Exception {
    for (int i = 0; i < KILLS; i++) {
      serve();
      assertThat(left()).as("a folder each").singleElement().asString().contains(pid());
      process.destroyForcibly().waitFor();
    }

    serve();
    assertThat(left()).singleElement().asString().contains(pid());
    assertThat(names(temporary.resolve(left().get(0))))
        .as("libraries unpack there")
        .anyMatch(name -> name.startsWith("onnxruntime-"))
        .anyMatch(name -> name.startsWith("librocksdbjni"));
    process.destroy();

    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(left()).isEmpty();
  }

  @Test
  void aKilledCommandsFilesGoWithTheNextCommandsOwn() throws Exception {
    start("bench", "--random", "64", "--faces", "1000000");
    awaitAlive(this::unpacked);
    process.destroyForcibly().waitFor();
    assertThat(leftWithFiles()).singleElement().asString().contains(pid());

    start("bench", "--random", "64", "--faces", "1");

    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    assertThat(leftWithFiles()).isEmpty();
  }

  private boolean unpacked() throws IOException {
    try (Stream<Path> files = Files.walk(temporary)) {
      return files.anyMatch(file -> file.endsWith("libonnxruntime4j_jni.so"));
    }
  }

  /** Starts the service, and returns when its model has run; it finds no broker. */
  private void serve() throws Exception {
    Files.deleteIfExists(log);
    start("serve");
    awaitAlive(() -> Files.readString(log).contains("its first face took"));
  }

  private void awaitAlive(Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
              return condition.call();
            });
  }

  private void start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Djava.io.tmpdir=" + temporary,
                "-jar",
                JAR.toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
    builder.environment().put("QUARKUS_HTTP_PORT", "0");
    builder.environment().put("QUARKUS_S3_AWS_REGION", "us-east-1");
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    process = builder.start();
  }

  private String pid() {
    return "gpen-streams-" + process.pid() + "-";
  }

  private List<String> left() throws IOException {
    return names(temporary);
  }

  // ONNX Runtime and DJL each have an empty folder of their own for a moment.
  private List<String> leftWithFiles() throws IOException {
    List<String> folders = new ArrayList<>();
    for (String name : left()) {
      if (!names(temporary.resolve(name)).isEmpty()) {
        folders.add(name);
      }
    }
    return folders;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
