package io.gpenstreams.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What is packaged for production. */
class ArtefactIT {
  private static final Path APPLICATION = Path.of("target", "quarkus-app");

  @Test
  void holdsNeitherTheServersNorTestLibraries() throws IOException {
    List<String> jars = jars().stream().map(jar -> jar.getFileName().toString()).toList();

    assertThat(jars)
        .anyMatch(jar -> jar.contains("kafka-streams"))
        .noneMatch(
            jar ->
                jar.matches(
                    ".*(kafka_2|kafka-server|kafka-storage|kafka-raft|kafka-metadata|kafka-group|s3proxy|jclouds|local-s3|s3mock|spring|jetty|scala|logback|junit|assertj|jqwik|jazzer|kafka-streams-test|testcontainers).*"));
  }

  @Test
  void holdsNoServerAndNoTestInAnyJar() throws IOException {
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        assertThat(file.stream().map(entry -> entry.getName()))
            .as(jar.toString())
            .noneMatch(
                name ->
                    name.equals("kafka/Kafka.class")
                        || name.startsWith("org/gaul/")
                        || name.startsWith("org/eclipse/jetty/")
                        || name.startsWith("com/robothy/")
                        || name.startsWith("com/adobe/testing/")
                        || name.startsWith("io/gpenstreams/servers/locals3/")
                        || name.matches("io/gpenstreams/cli/demo/portrait/.+")
                        || name.matches("io/gpenstreams/.*(Test|IT)(\\$.*)?\\.class"));
      }
    }
  }

  @Test
  void mayLoadNativeLibrariesWithoutAWarning() throws IOException {
    try (JarFile jar = new JarFile(APPLICATION.resolve("quarkus-run.jar").toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"))
          .isEqualTo("ALL-UNNAMED");
    }
  }

  private static List<Path> jars() throws IOException {
    try (var files = Files.walk(APPLICATION)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
      assertThat(jars).hasSizeGreaterThan(10);
      return jars;
    }
  }
}
