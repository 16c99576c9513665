package io.gpenstreams.servers;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a checkout holds once it is built: the jars of the servers, a folder each, which are never
 * packaged, and the packaged service.
 *
 * @param servers folder of the module that has the servers
 * @param application the packaged service
 */
public record Installation(Path servers, Path application) {
  /** System property that names the folder of the servers. */
  public static final String SERVERS_PROPERTY = "gpen.demo.servers";

  /** Folder of the broker. */
  static final String BROKER = "kafka";

  private static final Path MODULE = Path.of("local-servers");
  private static final Path APPLICATION = Path.of("target", "quarkus-app", "quarkus-run.jar");

  /**
   * Finds them from where this class was loaded, which lies within a checkout in tests and in the
   * packaged service alike.
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
                            + " name its folder "
                            + MODULE
                            + " with -D"
                            + SERVERS_PROPERTY));
    return new Installation(found, found.resolveSibling(APPLICATION));
  }

  /**
   * The jars that a server needs.
   *
   * @param server name of its folder
   */
  public Path jars(String server) {
    return jars(servers, server);
  }

  /**
   * The command that runs a server on this Java.
   *
   * @param server name of its folder
   */
  List<String> serverCommand(
      String server, List<String> jvmOptions, String mainClass, List<String> arguments) {
    // LocalS3 alone also needs a class of this project.
    String classPath =
        jars(server) + "/*" + File.pathSeparator + jars(server).resolveSibling("classes");
    return command(jvmOptions, List.of("-cp", classPath, mainClass), arguments);
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

  private static Path jars(Path servers, String server) {
    return servers.resolve(server).resolve("target").resolve("jars");
  }

  private static List<String> command(
      List<String> jvmOptions, List<String> options, List<String> arguments) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Stream.of(List.of(java), jvmOptions, options, arguments).flatMap(List::stream).toList();
  }

  private static Optional<Path> serversAround(Path place) {
    return Stream.iterate(place, folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve(MODULE))
        .filter(module -> Files.isDirectory(jars(module, BROKER)))
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
