package io.gpenstreams.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpenstreams.cli.demo.portrait.Portrait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./gpen demo} as a user runs it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  @TempDir private Path folder;
  private Path temporary;
  private Path out;
  private boolean killed;

  @BeforeEach
  void makeFolders() throws IOException {
    temporary = Files.createDirectory(folder.resolve("tmp"));
    out = folder.resolve("results");
  }

  @Test
  void restoresAPortraitWithoutBeingGivenOne() throws Exception {
    Demo demo = start();

    assertThat(demo.await()).as(demo.errors()).isZero();

    assertThat(demo.errors()).contains("Restored 1 of 1");
    assertThat(demo.output()).contains("portrait", out.toString()).doesNotContain("\u001b");
    JsonNode event = event("portrait");
    assertThat(event.path("imageId").textValue()).isEqualTo("portrait");
    assertThat(event.path("outcome").textValue()).isEqualTo("restored");
    var restored = ImageIO.read(out.resolve("portrait-restored.jpg").toFile());
    assertThat(restored.getWidth()).isEqualTo(event.at("/restored/width").intValue());
    assertThat(restored.getHeight()).isEqualTo(event.at("/restored/height").intValue());
    assertThat(files())
        .containsExactlyInAnyOrder(
            "portrait-original.jpg",
            "portrait-restored.jpg",
            "portrait-map.png",
            "portrait-face-0.png",
            "portrait.json");
    demo.assertNothingLeft();
  }

  @Test
  void namesThePhotoThatFailedAndRestoresTheOthers() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.jpg"), "not a photo");
    Path good = Files.write(folder.resolve("good.png"), new Portrait(3).png());

    Demo demo = start(broken.toString(), good.toString());

    assertThat(demo.await()).as(demo.errors()).isEqualTo(1);
    assertThat(demo.errors().lines().filter(line -> line.contains(broken.toString())))
        .singleElement()
        .asString()
        .contains("UNSUPPORTED_FORMAT");
    assertThat(event("broken").at("/error/code").textValue()).isEqualTo("UNSUPPORTED_FORMAT");
    assertThat(event("good").path("outcome").textValue()).isEqualTo("restored");
    assertThat(out.resolve("good-restored.png")).isNotEmptyFile();
    demo.assertNothingLeft();
  }

  @Test
  void leavesNothingBehindWhenItIsInterrupted() throws Exception {
    Demo demo = start();
    demo.awaitError("Starting the service");
    demo.awaitService();

    demo.signal("INT");

    assertThat(demo.await()).isEqualTo(130);
    assertThat(files()).isEmpty();
    demo.assertNothingLeft();
  }

  @Test
  void leavesNothingBehindWhenItIsKilled() throws Exception {
    Demo demo = start();
    demo.awaitError("Starting the service");

    demo.signal("KILL");

    assertThat(demo.await()).isEqualTo(137);
    killed = true;
    demo.assertNothingLeft();

    killed = false;
    assertThat(start(folder.resolve("missing.jpg").toString()).await()).isEqualTo(2);
    demo.assertNothingLeft();
  }

  @Test
  void keepsRunningUntilItIsInterrupted() throws Exception {
    Demo demo = start("--keep");
    demo.awaitOutput("until Ctrl-C");

    assertThat(demo.output()).containsPattern("Viewer: http://127\\.0\\.0\\.1:\\d+");
    assertThat(demo.process.isAlive()).isTrue();

    demo.signal("INT");
    assertThat(demo.await()).isEqualTo(130);
    demo.assertNothingLeft();
  }

  @Test
  void startsNothingForAMissingPhoto() throws Exception {
    Demo demo = start(folder.resolve("missing.jpg").toString());

    assertThat(demo.await()).isEqualTo(2);
    assertThat(demo.errors().lines()).singleElement().asString().contains("missing.jpg");
    assertThat(out).doesNotExist();
    demo.assertNothingLeft();
  }

  private JsonNode event(String name) throws IOException {
    return new ObjectMapper().readTree(out.resolve(name + ".json").toFile());
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(out)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** All but what a killed process cannot delete: its folder, for the next one to delete. */
  private List<String> temporaryFiles() throws IOException {
    try (var files = Files.walk(temporary)) {
      return files
          .filter(file -> !file.equals(temporary))
          .map(file -> temporary.relativize(file).toString())
          .filter(
              name -> !killed || !name.startsWith("gpen-streams-") || name.contains("gpen-demo-"))
          .toList();
    } catch (UncheckedIOException e) {
      return List.of("what is just being deleted: " + e.getMessage());
    }
  }

  private Demo start(String... arguments) throws IOException {
    // Whatever ran the tests may ignore the signal, which a process hands on to its children.
    List<String> command =
        new ArrayList<>(List.of("env", "--default-signal=INT", "./gpen", "demo"));
    command.addAll(List.of("--out", out.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("GPEN_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
    Path output = folder.resolve("stdout");
    Path errors = folder.resolve("stderr");
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    return new Demo(builder.start(), output, errors);
  }

  /** A run, which remembers every process it had. For one thread. */
  private final class Demo {
    private final Process process;
    private final Path output;
    private final Path errors;
    private final Map<Long, ProcessHandle> children = new HashMap<>();

    Demo(Process process, Path output, Path errors) {
      this.process = process;
      this.output = output;
      this.errors = errors;
    }

    String output() throws IOException {
      return Files.readString(output);
    }

    String errors() throws IOException {
      return Files.readString(errors);
    }

    void awaitError(String text) throws Exception {
      awaitText(errors, text);
    }

    void awaitOutput(String text) throws Exception {
      awaitText(output, text);
    }

    private void awaitText(Path file, String text) throws Exception {
      watching()
          .until(
              () -> {
                watch();
                boolean there = Files.readString(file).contains(text);
                assertThat(there || process.isAlive()).as(errors()).isTrue();
                return there;
              });
    }

    /** Returns when the service's process has begun. */
    void awaitService() {
      watching()
          .until(
              () -> {
                watch();
                return children.values().stream().anyMatch(Demo::isService);
              });
    }

    private static boolean isService(ProcessHandle child) {
      return child.info().commandLine().filter(line -> line.endsWith(" serve")).isPresent();
    }

    void signal(String name) throws Exception {
      watch();
      assertThat(children).hasSizeGreaterThan(2);
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    int await() {
      watching()
          .until(
              () -> {
                watch();
                return !process.isAlive();
              });
      return process.exitValue();
    }

    /** All is gone at once, or after {@code kill -9} as soon as the guard noticed. */
    void assertNothingLeft() {
      watching().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(left()).isEmpty());
    }

    private List<String> left() throws IOException {
      List<String> left = new ArrayList<>();
      children.values().stream()
          .filter(ProcessHandle::isAlive)
          .forEach(child -> left.add("process " + child.pid()));
      left.addAll(temporaryFiles());
      if (Files.exists(out)) {
        try (var files = Files.list(out)) {
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.contains("gpen-demo-"))
              .forEach(left::add);
        }
      }
      return left;
    }

    private void watch() {
      process.descendants().forEach(child -> children.put(child.pid(), child));
    }

    private static ConditionFactory watching() {
      return Awaitility.await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .atMost(PATIENCE);
    }
  }
}
