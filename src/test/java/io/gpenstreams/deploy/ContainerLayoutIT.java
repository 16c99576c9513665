package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the image holds, put together as its Dockerfile says and started as its entry point does,
 * without a container engine.
 */
final class ContainerLayoutIT {
  private static final List<String> PATHS =
      List.of("/q/health/started", "/q/health/live", "/q/health/ready", "/q/metrics");

  private static final Dockerfile DOCKERFILE = Dockerfile.read("src/main/docker/Dockerfile");

  @TempDir private static Path scratch;

  private static Path root;

  @BeforeAll
  static void build() throws IOException {
    root = scratch.resolve("gpen");
    for (var copy : DOCKERFILE.copies().entrySet()) {
      copy(Path.of(copy.getKey()), root.resolve(copy.getValue()));
    }
  }

  @Test
  void startsAndAnswersWhereTheProbesAsk() throws Exception {
    int port = freePort();
    Process process = start(port);
    try {
      var client = HttpClient.newHttpClient();
      awaitAnswer(client, process, port);
      for (String path : PATHS) {
        assertThat(status(client, port, path)).as(path).isIn(200, 503);
      }
      assertThat(status(client, port, "/q/metrics")).isEqualTo(200);
    } finally {
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("stops when asked to").isTrue();
    }
  }

  @Test
  void leavesNothingOfTheApplicationOut() throws IOException {
    assertThat(files(root))
        .containsAll(
            files(Path.of("target/quarkus-app")).stream()
                .filter(file -> !file.equals("quarkus-app-dependencies.txt"))
                .toList());
  }

  private static Process start(int port) throws IOException {
    var command = new ArrayList<String>();
    for (String word : DOCKERFILE.only("ENTRYPOINT").exec()) {
      command.add(
          word.replace("/tmp/", scratch + "/")
              .replace(DOCKERFILE.only("WORKDIR").arguments(), root.toString()));
    }
    command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(scratch.resolve("log").toFile());
    builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
    builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
    builder.environment().put("QUARKUS_S3_AWS_REGION", "us-east-1");
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    builder.environment().put("KAFKA_STREAMS_STATE_DIR", scratch.resolve("streams").toString());
    return builder.start();
  }

  private static void awaitAnswer(HttpClient client, Process process, int port) {
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              assertThat(process.isAlive()).as(Files.readString(scratch.resolve("log"))).isTrue();
              return status(client, port, PATHS.get(0)) > 0;
            });
  }

  private static int status(HttpClient client, int port, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .toList();
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    Files.createDirectories(target);
    if (Files.isDirectory(source)) {
      for (String file : files(source)) {
        Files.createDirectories(target.resolve(file).getParent());
        Files.copy(source.resolve(file), target.resolve(file));
      }
    } else {
      Files.copy(source, target.resolve(source.getFileName()));
    }
  }
}
