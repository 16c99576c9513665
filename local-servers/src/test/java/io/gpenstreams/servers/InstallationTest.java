package io.gpenstreams.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir private Path target;

  @Test
  void findsTheServersBesideTheApplication() throws IOException {
    Path servers = Files.createDirectory(target.resolve("demo-servers"));
    Path jar = target.resolve("quarkus-app").resolve("app").resolve("gpen-streams.jar");

    Installation found = Installation.find(Optional.empty(), Optional.of(jar));

    assertThat(found)
        .isEqualTo(
            new Installation(servers, target.resolve("quarkus-app").resolve("quarkus-run.jar")));
  }

  @Test
  void prefersTheFolderThatTheUserNames() throws IOException {
    Files.createDirectory(target.resolve("demo-servers"));
    Path named = Files.createDirectory(target.resolve("elsewhere"));

    Installation found =
        Installation.find(Optional.of(named), Optional.of(target.resolve("classes")));

    assertThat(found.servers()).isEqualTo(named);
  }

  @Test
  void saysThatItNeedsACheckout() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> Installation.find(Optional.empty(), Optional.of(target.resolve("classes"))))
        .withMessageContaining("needs a checkout");
  }
}
