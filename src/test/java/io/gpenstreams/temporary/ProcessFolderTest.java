package io.gpenstreams.temporary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ProcessFolderTest {
  private static final String NAME = "gpen-streams-1-0123456789abcdef";

  @TempDir private Path scratch;
  private final List<Process> processes = new ArrayList<>();
  private Path parent;
  private Object user;

  @BeforeEach
  void makeParent() throws IOException {
    parent = Files.createDirectory(scratch.resolve("tmp"));
    user = Files.getAttribute(parent, "unix:uid");
  }

  @AfterEach
  void killAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void isTheUsersAloneAndNamesItsProcess() throws IOException {
    try (ProcessFolder folder = ProcessFolder.create(parent)) {
      assertThat(folder.path().getFileName().toString())
          .startsWith("gpen-streams-" + ProcessHandle.current().pid() + "-");
      assertThat(DeadFolders.isNamed(folder.path())).isTrue();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void goesWithAllThatIsInItAndFollowsNoLink() throws IOException {
    Path outside = Files.writeString(scratch.resolve("outside"), "x");
    ProcessFolder folder = ProcessFolder.create(parent);
    Files.writeString(Files.createDirectories(folder.path().resolve("a/b")).resolve("file"), "x");
    Files.createSymbolicLink(folder.path().resolve("link"), outside);
    Files.createSymbolicLink(folder.path().resolve("folder"), scratch);

    folder.close();
    folder.close();

    assertThat(parent).isEmptyDirectory();
    assertThat(outside).exists();
  }

  @Test
  void ofADeadProcessIsDeletedAndOfALivingOneIsNot() throws Exception {
    Path dead = start();
    Files.writeString(Files.createDirectory(dead.resolve("a")).resolve("file"), "x");
    processes.get(0).destroyForcibly().waitFor();
    Path living = start();
    Files.writeString(living.resolve("file"), "x");

    sweep();

    assertThat(dead).doesNotExist();
    assertThat(living.resolve("file")).exists();
    assertThat(living.resolve("lock")).exists();
    processes.get(1).destroyForcibly().waitFor();
    sweep();
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void withoutALockGoesIfItIsEmpty() throws IOException {
    Path empty = Files.createDirectory(parent.resolve(NAME));
    sweep();
    assertThat(empty).doesNotExist();

    Path foreign = Files.createDirectory(parent.resolve(NAME));
    Files.writeString(foreign.resolve("file"), "x");
    sweep();
    assertThat(foreign.resolve("file")).exists();
  }

  @Test
  void isNoLinkAndNoFile() throws IOException {
    Path target = Files.createDirectory(scratch.resolve("target"));
    Files.createFile(target.resolve("lock"));
    Files.createSymbolicLink(parent.resolve(NAME), target);
    Files.createFile(parent.resolve("gpen-streams-2-0123456789abcdef"));

    sweep();

    assertThat(target.resolve("lock")).exists();
    assertThat(names()).hasSize(2);
  }

  @Test
  void whoseLockIsALinkStays() throws IOException {
    Path target = Files.createFile(scratch.resolve("target"));
    Path folder = Files.createDirectory(parent.resolve(NAME));
    Files.createSymbolicLink(folder.resolve("lock"), target);

    sweep();

    assertThat(folder.resolve("lock")).isSymbolicLink();
    assertThat(target).exists();
  }

  @Test
  void ofAnotherUserStays() throws IOException {
    dead(NAME);

    new DeadFolders(parent, -1).delete();

    assertThat(names()).containsExactly(NAME);
  }

  @Test
  void hasItsOwnKindOfName() throws IOException {
    for (String name :
        List.of(
            "gpen-streams",
            "gpen-streams-1",
            "gpen-streams-1-",
            "gpen-streams-x-0123456789abcdef",
            "gpen-streams-1-0123456789abcde",
            "gpen-streams-1-0123456789abcdef0",
            "gpen-streams-12345678901-0123456789abcdef",
            "my-gpen-streams-1-0123456789abcdef",
            "gpen-streams-1-0123456789ABCDEF",
            "gpen-demo-1")) {
      dead(name);
    }
    List<String> before = names();

    sweep();

    assertThat(names()).isEqualTo(before);
  }

  @Test
  void noStartLooksAtMoreThanAHundred() throws IOException {
    for (int i = 0; i < 101; i++) {
      dead("gpen-streams-" + i + "-0123456789abcdef");
    }

    sweep();
    assertThat(names()).hasSize(1);

    sweep();
    assertThat(names()).isEmpty();
  }

  @Test
  void startsAtOnceDoNotDisturbEachOther() throws Exception {
    for (int i = 0; i < 20; i++) {
      dead("gpen-streams-" + i + "-0123456789abcdef");
    }
    for (int i = 0; i < 4; i++) {
      launch();
    }

    List<Path> folders = new ArrayList<>();
    for (Process process : processes) {
      folders.add(Path.of(process.inputReader().readLine()));
    }

    assertThat(names())
        .containsExactlyInAnyOrderElementsOf(
            folders.stream().map(folder -> folder.getFileName().toString()).toList());
    assertThat(folders).hasSize(4).doesNotHaveDuplicates();
  }

  private void sweep() throws IOException {
    new DeadFolders(parent, user).delete();
  }

  private void dead(String name) throws IOException {
    Files.createFile(Files.createDirectory(parent.resolve(name)).resolve("lock"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path start() throws IOException {
    return Path.of(launch().inputReader().readLine());
  }

  private Process launch() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + parent,
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    processes.add(process);
    return process;
  }

  /** A process that has a folder and waits to be killed. */
  static final class Owner {
    private Owner() {}

    public static void main(String... arguments) throws Exception {
      System.out.println(ProcessFolder.open().path());
      Thread.sleep(600_000);
    }
  }
}
