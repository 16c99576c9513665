package io.gpenstreams.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstallationTest {
  @TempDir private Path checkout;
  private Path servers;

  @BeforeEach
  void buildTheBroker() throws IOException {
    servers = checkout.resolve("local-servers");
    Files.createDirectories(servers.resolve("kafka/target/jars"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "target/quarkus-app/lib/main/io.gpenstreams.local-servers-0.1.0.jar",
        "local-servers/target/local-servers-0.1.0.jar",
        "local-servers/target/classes"
      })
  void findsTheServersAndTheApplicationFromWhereItIsLoaded(String place) {
    Installation found = Installation.find(Optional.empty(), Optional.of(checkout.resolve(place)));

    assertThat(found)
        .isEqualTo(
            new Installation(servers, checkout.resolve("target/quarkus-app/quarkus-run.jar")));
    assertThat(found.jars("kafka")).isEqualTo(servers.resolve("kafka/target/jars"));
  }

  @Test
  void prefersTheFolderThatTheUserNames() throws IOException {
    Path named = Files.createDirectory(checkout.resolve("elsewhere"));

    Installation found =
        Installation.find(
            Optional.of(named), Optional.of(checkout.resolve("local-servers/target/classes")));

    assertThat(found.servers()).isEqualTo(named);
  }

  @Test
  void saysThatItNeedsACheckout() throws IOException {
    Files.delete(servers.resolve("kafka/target/jars"));

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Installation.find(
                    Optional.empty(), Optional.of(checkout.resolve("target/quarkus-app"))))
        .withMessageContaining("needs a checkout");
  }
}
