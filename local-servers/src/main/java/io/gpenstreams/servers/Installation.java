package io.gpenstreams.cli.demo;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a checkout holds beside the application once it is built: the jars of the broker and of the
 * S3 server, which are never packaged, and the packaged service.
 *
 * @param servers folder of the servers' jars
 * @param application the packaged service
 */
public record Installation(Path servers, Path application) {
  /** System property that names the folder of the servers' jars. */
  public static final String SERVERS_PROPERTY = "gpen.demo.servers";

  private static final String SERVERS = "demo-servers";
  private static final Path APPLICATION = Path.of("quarkus-app", "quarkus-run.jar");

  /**
   * Finds them from where this class was loaded: {@code target/classes} in tests, a jar under
   * {@code target/quarkus-app} otherwise.
   *
   * @throws IllegalStateException if there is no checkout around the application
   */
  public static Installation find() {
    return find(
        Optional.ofNullable(System.getProperty(SERVERS_PROPERTY)).map(Path::of), codeSource());
  }

  static Installation find(Optional<Path> servers, Optional<Path> codeSource) {
    Path found =
        servers
            .or(() -> codeSource.flatMap(Installation::serversAround))
            .map(Path::toAbsolutePath)
            .filter(Files::isDirectory)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the demo needs a checkout of the project, where ./gpen puts the broker and"
                            + " the S3 server beside the application; run ./gpen demo there, or"
                            + " name their folder with -D"
                            + SERVERS_PROPERTY));
    return new Installation(found, found.resolveSibling(APPLICATION));
  }

  /** The command that runs {@code mainClass} of the servers on this Java. */
  List<String> serverCommand(List<String> jvmOptions, String mainClass, String... arguments) {
    return command(jvmOptions, List.of("-cp", servers + "/*", mainClass), List.of(arguments));
  }

  /** The command that runs the packaged service on this Java. */
  List<String> serviceCommand(List<String> jvmOptions, Map<String, String> systemProperties) {
    return command(
        jvmOptions,
        systemProperties.entrySet().stream()
            .map(property -> "-D" + property.getKey() + "=" + property.getValue())
            .toList(),
        List.of("-jar", application.toString(), "serve"));
  }

  private static List<String> command(
      List<String> jvmOptions, List<String> options, List<String> arguments) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Stream.of(List.of(java), jvmOptions, options, arguments).flatMap(List::stream).toList();
  }

  private static Optional<Path> serversAround(Path place) {
    return Stream.iterate(place, folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve(SERVERS))
        .filter(Files::isDirectory)
        .findFirst();
  }

  private static Optional<Path> codeSource() {
    return Optional.ofNullable(Installation.class.getProtectionDomain().getCodeSource())
        .map(CodeSource::getLocation)
        .filter(location -> "file".equals(location.getProtocol()))
        .map(
            location -> {
              try {
                return Path.of(location.toURI());
              } catch (URISyntaxException e) {
                throw new IllegalStateException("cannot read where the application lies", e);
              }
            });
  }
}
