package io.gpenstreams.deploy;

import io.gpenstreams.event.Topics;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the code says, for the deployment's files to agree with. */
final class Project {
  /** Input, output, dead letters, marks of replays. */
  static final List<String> TOPICS =
      List.of(
          Topics.IMAGE_UPLOADED,
          Topics.RESTORED_IMAGE,
          Topics.IMAGE_RESTORATION_FAILED,
          Topics.IMAGE_REPLAYED);

  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

  private Project() {}

  static Path file(String path) {
    return Path.of(path).toAbsolutePath();
  }

  static String text(String path) {
    try {
      return Files.readString(file(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Properties applicationProperties() {
    try (var in = Files.newInputStream(file("src/main/resources/application.properties"))) {
      var properties = new Properties();
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String applicationId() {
    return applicationProperties().getProperty("quarkus.kafka-streams.application-id");
  }

  /** The port of health, metrics and viewer. */
  static int port() {
    try {
      var quarkus = VertxHttpConfig.class.getMethod("port").getAnnotation(WithDefault.class);
      return Integer.parseInt(
          applicationProperties().getProperty("quarkus.http.port", quarkus.value()));
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  static String version() {
    Matcher first = VERSION.matcher(text("pom.xml"));
    if (!first.find()) {
      throw new AssertionError("pom.xml has no version");
    }
    return first.group(1);
  }
}
