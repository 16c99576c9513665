package io.gpenstreams.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WorkspaceIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path logs;
  // Servers of other tests may still run beside this one's.
  private final Set<ProcessHandle> others =
      ProcessHandle.current().descendants().collect(Collectors.toSet());
  private final Workspace workspace = Workspace.create(Installation.find());

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void closeLeavesNoProcessAndNoFolder() throws IOException {
    Files.writeString(workspace.newFolder("data").resolve("file"), "x");
    ServerProcess sleeper = launch("trap '' TERM; exec sleep 600");
    List<ProcessHandle> children =
        ProcessHandle.current().descendants().filter(child -> !others.contains(child)).toList();
    assertThat(children).anyMatch(child -> child.pid() == sleeper.pid());

    workspace.close();

    assertThat(sleeper.isAlive()).isFalse();
    assertThat(children).filteredOn(ProcessHandle::isAlive).isEmpty();
    assertThat(workspace.folder()).doesNotExist();
  }

  @Test
  void startsNothingOnceItIsClosed() {
    workspace.close();

    assertThatExceptionOfType(ServerException.class)
        .isThrownBy(() -> launch("exit 0"))
        .withMessageContaining("stopping");
  }

  @Test
  void namesTheLastLineOfAServerThatStops() {
    ServerProcess failing =
        launch(
            "echo starting; echo 'no such model'; echo '  at x'; echo '12:00 INFO  stopped'; exit 3");

    assertThatExceptionOfType(ServerException.class)
        .isThrownBy(() -> failing.awaitReady(LIMIT, () -> false))
        .withMessage("the server stopped with exit code 3: no such model")
        .satisfies(e -> assertThat(e.log()).content().contains("starting"));
  }

  @Test
  void saysSoWhenAServerDoesNotAnswerInTime() {
    ServerProcess mute = launch("exec sleep 60");

    assertThatExceptionOfType(ServerException.class)
        .isThrownBy(() -> mute.awaitReady(Duration.ofSeconds(1), () -> false))
        .withMessage("the server did not answer within 1 s");
  }

  @Test
  void nothingSurvivesWhenTheOwnerIsKilled() throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String[] words = owner.inputReader().readLine().split(" ", 2);
    ProcessHandle child = ProcessHandle.of(Long.parseLong(words[0])).orElseThrow();
    Path folder = Path.of(words[1]);
    assertThat(folder).isDirectory();

    owner.destroyForcibly().waitFor();

    child.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    await().untilAsserted(() -> assertThat(folder).doesNotExist());
  }

  private ServerProcess launch(String script) {
    return workspace.launch("the server", List.of("/bin/sh", "-c", script), logs.resolve("log"));
  }

  /** A process that starts a child and waits to be killed. */
  static final class Owner {
    private Owner() {}

    public static void main(String... arguments) throws InterruptedException {
      Workspace workspace = Workspace.create(Installation.find());
      ServerProcess child =
          workspace.launch(
              "child", List.of("sleep", "600"), workspace.newFolder("child").resolve("log"));
      System.out.println(child.pid() + " " + workspace.folder());
      Thread.sleep(600_000);
    }
  }
}
