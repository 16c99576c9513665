package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.deployment.pkg.jar.FastJarFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DockerfileTest {
  private final Dockerfile dockerfile = Dockerfile.read("src/main/docker/Dockerfile");

  @Test
  void copiesTheWholeApplicationOurOwnCodeLast() {
    String root = "target/" + FastJarFormat.DEFAULT_FAST_JAR_DIRECTORY_NAME + "/";
    assertThat(dockerfile.copies().keySet())
        .containsExactly(
            root + FastJarFormat.LIB + "/" + FastJarFormat.BOOT_LIB + "/",
            root + "native/",
            root + FastJarFormat.LIB + "/" + FastJarFormat.MAIN + "/",
            root + FastJarFormat.QUARKUS_RUN_JAR,
            root + FastJarFormat.QUARKUS + "/",
            root + FastJarFormat.APP + "/");
  }

  @Test
  void keepsTheLayoutThatTheRunnerExpects() {
    dockerfile
        .copies()
        .forEach(
            (source, destination) -> {
              String below = source.substring("target/quarkus-app/".length());
              assertThat(destination).isEqualTo(below.endsWith("/") ? below : "./");
            });
  }

  @Test
  void sendsOnlyTheApplicationToTheBuilder() {
    assertThat(Project.text(".dockerignore").lines())
        .containsExactly("*", "!target/quarkus-app/**");
  }

  @Test
  void exposesAndChecksThePortThatQuarkusOpens() {
    assertThat(dockerfile.only("EXPOSE").arguments()).isEqualTo(String.valueOf(Project.port()));
    assertThat(dockerfile.only("HEALTHCHECK").arguments())
        .contains("\"http://127.0.0.1:" + Project.port() + "/q/health/ready\"");
  }

  @Test
  void takesCommandsAsArgumentsAndServesWithoutAny() {
    List<String> entryPoint = dockerfile.only("ENTRYPOINT").exec();
    assertThat(entryPoint).startsWith("java");
    assertThat(entryPoint.subList(entryPoint.size() - 2, entryPoint.size()))
        .containsExactly("-jar", dockerfile.only("WORKDIR").arguments() + "/quarkus-run.jar");
    assertThat(dockerfile.all("CMD")).isEmpty();
  }

  @Test
  void leavesTheHeapToTheOperator() {
    assertThat(dockerfile.only("ENTRYPOINT").arguments()).doesNotContain("-XX:", "-Xm");
    assertThat(dockerfile.environment()).doesNotContainKey("JAVA_TOOL_OPTIONS");
  }

  @Test
  void pinsItsBases() {
    assertThat(dockerfile.all("FROM"))
        .extracting(Dockerfile.Instruction::arguments)
        .containsExactly("eclipse-temurin:17.0.17_10-jre-noble AS java", "${BASE}");
    assertThat(dockerfile.only("ARG").arguments()).isEqualTo("BASE=ubuntu:24.04");
  }

  @Test
  void setsOnlyVariablesThatSomethingReads() {
    assertThat(Environment.unknown(dockerfile.environment().keySet())).isEmpty();
  }

  @Test
  void writesOnlyWhereVolumesAre() {
    String cache =
        dockerfile.only("ENTRYPOINT").exec().stream()
            .filter(word -> word.startsWith("-Dorg.bytedeco.javacpp.cachedir="))
            .findFirst()
            .orElseThrow();
    assertThat(cache.substring(cache.indexOf('=') + 1)).startsWith("/tmp/");
    assertThat(dockerfile.environment().get("DJL_CACHE_DIR")).startsWith("/tmp/");
    assertThat(dockerfile.environment().get("KAFKA_STREAMS_STATE_DIR"))
        .startsWith("/var/lib/gpen/");
  }
}
