package io.gpenstreams.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a checkout whose Java and Maven only write down how they were called. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "bash", "dirname", "find", "flock", "mktemp", "readlink", "rm", "sed", "tail", "touch");

  @TempDir private Path folder;
  private Path checkout;
  private Path bin;
  private Path source;
  private Path launcher;
  private Path serverPom;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = Files.createDirectory(folder.resolve("a checkout"));
    Files.copy(Path.of("gpen"), checkout.resolve("gpen"));
    source = Files.createDirectories(checkout.resolve("src/main/java")).resolve("Main.java");
    Files.writeString(source, "class Main {}");
    Files.createDirectory(checkout.resolve("schemas"));
    Files.writeString(checkout.resolve("pom.xml"), "<project/>");
    launcher = Files.createDirectories(checkout.resolve("local-servers/src/main/java"));
    launcher = Files.writeString(launcher.resolve("Server.java"), "class Server {}");
    serverPom = Files.createDirectories(checkout.resolve("local-servers/kafka")).resolve("pom.xml");
    Files.writeString(serverPom, "<project/>");

    bin = Files.createDirectory(folder.resolve("bin"));
    for (String tool : TOOLS) {
      script(tool, "exec " + tool + " \"$@\"");
    }
    script(
        "mvn",
        """
        echo "mvn $*" >>"$CALLS"
        root=${4%/pom.xml}
        sleep 0.3
        mkdir -p "$root/target/quarkus-app"
        mkdir -p "$root/local-servers/kafka/target/jars" "$root/local-servers/s3proxy/target/jars"
        touch "$root/target/quarkus-app/quarkus-run.jar"
        """);
    java("17.0.15");
  }

  @Test
  void buildsWhatIsMissingAndRunsIt() throws Exception {
    Run run = run(Map.of("GPEN_JAVA_OPTS", "-Da=1 -Db=2"), "restore", "my photo.jpg");

    assertThat(run.status()).isZero();
    assertThat(run.output()).containsOnlyOnce("building the application");
    assertThat(run.calls()).hasSize(2).first().asString().startsWith("mvn -q -B -f ");
    assertThat(run.calls().get(1))
        .startsWith("java [glibc.malloc.hugetlb=1]")
        .contains(" -Da=1 -Db=2 -jar ")
        .endsWith("/quarkus-run.jar restore my photo.jpg");
  }

  @Test
  void buildsAgainOnlyWhenASourceIsNewer() throws Exception {
    run(Map.of());

    assertThat(run(Map.of("GLIBC_TUNABLES", "")).calls())
        .singleElement()
        .asString()
        .startsWith("java []");

    for (Path changed : List.of(source, launcher, serverPom)) {
      Files.setLastModifiedTime(changed, FileTime.from(Instant.now().plusSeconds(5)));
      assertThat(run(Map.of()).calls()).hasSize(2).first().asString().startsWith("mvn");
      Files.setLastModifiedTime(changed, FileTime.from(Instant.now().minusSeconds(5)));
      assertThat(run(Map.of()).calls()).singleElement().asString().startsWith("java");
    }
  }

  @Test
  void buildsAgainWhenTheServersAreMissing() throws Exception {
    run(Map.of());
    Files.delete(checkout.resolve("local-servers/kafka/target/jars"));

    assertThat(run(Map.of()).calls()).hasSize(2).first().asString().startsWith("mvn");
  }

  @Test
  void buildsAgainWhenASourceWasDeleted() throws Exception {
    run(Map.of());
    Path app = checkout.resolve("target/quarkus-app/quarkus-run.jar");
    Path now = folder.resolve("now");
    // Or the clock of the file system may not have moved since the build.
    await()
        .until(
            () ->
                Files.getLastModifiedTime(Files.writeString(now, ""))
                        .compareTo(Files.getLastModifiedTime(app))
                    > 0);
    Files.delete(source);

    assertThat(run(Map.of()).calls()).hasSize(2).first().asString().startsWith("mvn");
  }

  @Test
  void runsThroughASymbolicLinkInAnyFolder() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("gpen"), checkout.resolve("gpen"));

    Run run = run(link, Map.of(), "inspect", "x");

    assertThat(run.status()).isZero();
    assertThat(run.calls().get(1)).contains(checkout + "/target/quarkus-app/quarkus-run.jar");
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Path calls = folder.resolve("both");
    Process first = start(checkout.resolve("gpen"), Map.of("CALLS", calls.toString()));
    Process second = start(checkout.resolve("gpen"), Map.of("CALLS", calls.toString()));

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(Files.readAllLines(calls)).filteredOn(call -> call.startsWith("mvn")).hasSize(1);
    assertThat(Files.readAllLines(calls)).filteredOn(call -> call.startsWith("java")).hasSize(2);
  }

  @Test
  void showsTheEndOfAFailedBuildAndRunsNothing() throws Exception {
    script("mvn", "echo early; for i in $(seq 40); do echo \"line $i\"; done; exit 1");

    Run run = run(Map.of(), "serve");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("line 40", "could not be built").doesNotContain("early");
    assertThat(run.calls()).isEmpty();
  }

  @Test
  void namesWhatIsMissing() throws Exception {
    Files.delete(bin.resolve("mvn"));
    assertThat(run(Map.of()).failure()).contains("no mvn");

    java("11.0.2");
    assertThat(run(Map.of()).failure()).contains("version 11.0.2; 17 or newer is needed");

    assertThat(run(Map.of("JAVA_HOME", folder.resolve("none").toString())).failure())
        .contains("set JAVA_HOME");
  }

  private void java(String version) throws IOException {
    Path home = Files.createDirectories(folder.resolve("jdk-" + version));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Files.createDirectories(home.resolve("bin"));
    Path java = home.resolve("bin/java");
    script(java, "echo \"java [$GLIBC_TUNABLES] $*\" >>\"$CALLS\"");
    Files.deleteIfExists(bin.resolve("java"));
    Files.createSymbolicLink(bin.resolve("java"), Path.of("..").resolve(folder.relativize(java)));
  }

  private void script(String name, String text) throws IOException {
    script(bin.resolve(name), text);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/bash\nPATH=/usr/bin:/bin\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    return run(checkout.resolve("gpen"), environment, arguments);
  }

  private Run run(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    Path calls = folder.resolve("calls");
    Files.deleteIfExists(calls);
    Process process = start(launcher, environment, arguments);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    return new Run(status, output, Files.exists(calls) ? Files.readAllLines(calls) : List.of());
  }

  private Process start(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/bash", launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("CALLS", folder.resolve("calls").toString());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private record Run(int status, String output, List<String> calls) {
    /** What it said as it failed: one line. */
    String failure() {
      assertThat(status).isEqualTo(1);
      assertThat(output.lines()).hasSize(1);
      assertThat(calls).isEmpty();
      return output;
    }
  }
}
