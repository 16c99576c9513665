package io.gpenstreams.servers;

import java.nio.file.Path;
import java.util.List;

/**
 * The S3 servers that {@link LocalS3} can start. Their versions are in the POMs of their folders.
 *
 * <p>S3Proxy listens on the loopback interface. The others listen on all, and are for tests only.
 */
public enum S3Server {
  /** S3Proxy on a folder: checks signatures, keeps no versions. The demo's. */
  S3PROXY("s3proxy", "org.gaul.s3proxy.Main", false),

  /**
   * LocalS3: keeps versions, checks no signatures, and takes a body that is signed in chunks for
   * the object itself.
   */
  LOCAL_S3("local-s3", "io.gpenstreams.servers.locals3.Main", true),

  /** Adobe's S3Mock: keeps versions, checks checksums but no signatures. */
  S3MOCK("s3mock", "org.springframework.boot.loader.launch.JarLauncher", true);

  private final String folder;
  private final String mainClass;
  private final boolean versions;

  S3Server(String folder, String mainClass, boolean versions) {
    this.folder = folder;
    this.mainClass = mainClass;
    this.versions = versions;
  }

  /** Whether its buckets can keep versions of their objects. */
  public boolean keepsVersions() {
    return versions;
  }

  /** Whether it understands bodies that are signed in chunks. */
  boolean understandsChunks() {
    return this != LOCAL_S3;
  }

  /** Name of its folder among the servers. */
  String folder() {
    return folder;
  }

  String mainClass() {
    return mainClass;
  }

  /**
   * What it is started with.
   *
   * @param configuration S3Proxy's file
   * @param data where it keeps its objects
   */
  List<String> arguments(int port, Path configuration, Path data) {
    return switch (this) {
      case S3PROXY -> List.of("--properties", configuration.toString());
      case LOCAL_S3 -> List.of(Integer.toString(port), data.toString());
      case S3MOCK ->
          List.of(
              // Also HTTPS, on a port that nobody asks for.
              "--server.port=0",
              "--com.adobe.testing.s3mock.http-port=" + port,
              "--com.adobe.testing.s3mock.store.root=" + data,
              "--com.adobe.testing.s3mock.store.retain-files-on-exit=true");
    };
  }
}
