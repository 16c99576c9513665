package io.gpenstreams.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 server on a folder, in a process of its own on a free loopback port, for the demo and the
 * integration tests.
 *
 * <p>Not for use by several threads at once, except the plain accessors and {@link
 * #requireAlive()}.
 */
public final class LocalS3 implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final List<String> PORT_TAKEN = List.of("Failed to bind", "already in use");
  private static final Region REGION = Region.US_EAST_1;

  /** Another process may hold the port and say nothing, while ours has long given up. */
  private static final ClientOverrideConfiguration PROBE =
      ClientOverrideConfiguration.builder()
          .apiCallTimeout(Duration.ofSeconds(3))
          .retryStrategy(retries -> retries.maxAttempts(1))
          .build();

  private static final List<String> JVM =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");

  private final Workspace workspace;
  private final S3Server server;
  private final Path folder;
  private final Path log;
  private final int port;
  private final String secretAccessKey = UUID.randomUUID().toString();
  private volatile ServerProcess process;

  private LocalS3(Workspace workspace, S3Server server, Ports ports) {
    this.workspace = workspace;
    this.server = server;
    this.folder = workspace.newFolder("s3");
    this.log = folder.resolve("s3.log");
    this.port = ports.next();
    writeConfiguration();
  }

  /** Starts an S3Proxy, and returns when it answers. */
  public static LocalS3 start(Workspace workspace) throws InterruptedException {
    return start(workspace, S3Server.S3PROXY);
  }

  /** Starts one of a kind, and returns when it answers. */
  public static LocalS3 start(Workspace workspace, S3Server server) throws InterruptedException {
    return start(workspace, server, Ports.FREE);
  }

  static LocalS3 start(Workspace workspace, S3Server server, Ports ports)
      throws InterruptedException {
    return new PortAttempts<>(
            () -> new LocalS3(workspace, server, ports),
            s3 -> PORT_TAKEN.stream().anyMatch(s3.process::said),
            LocalS3::close)
        .start(LocalS3::restart);
  }

  /** Where it answers. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The region to sign requests for. */
  public String region() {
    return REGION.id();
  }

  /** User of the only account. */
  public String accessKeyId() {
    return "demo";
  }

  /** Its password; another one for each server. */
  public String secretAccessKey() {
    return secretAccessKey;
  }

  /** A client with the account's rights; the caller closes it. */
  public S3Client newClient() {
    return client(ClientOverrideConfiguration.builder().build());
  }

  private S3Client client(ClientOverrideConfiguration overrides) {
    return S3Client.builder()
        .overrideConfiguration(overrides)
        .endpointOverride(endpoint())
        .region(REGION)
        .forcePathStyle(true)
        .serviceConfiguration(
            configuration -> configuration.chunkedEncodingEnabled(server.understandsChunks()))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(accessKeyId(), secretAccessKey)))
        .httpClientBuilder(ApacheHttpClient.builder())
        .build();
  }

  /** Makes buckets. */
  public void createBuckets(Collection<String> names) {
    try (S3Client client = newClient()) {
      names.forEach(name -> client.createBucket(request -> request.bucket(name)));
    }
  }

  /** Checks that it still runs. */
  public void requireAlive() {
    process.requireAlive();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it at once, as {@code kill -9} does; {@link #restart()} brings it back. */
  public void kill() {
    process.kill();
  }

  /** Starts it again after {@link #kill}: same port, same data. */
  public void restart() throws InterruptedException {
    process =
        workspace.launch(
            "the S3 server",
            workspace
                .installation()
                .serverCommand(
                    server.folder(),
                    ServerLogging.with(workspace.javaOptions(JVM), folder),
                    server.mainClass(),
                    server.arguments(port, configuration(), data())),
            log);
    try (S3Client client = client(PROBE)) {
      process.awaitReady(
          START_LIMIT,
          () -> {
            // Before the port is open, each request of a client is several tries with pauses.
            if (!Ports.isOpen(port)) {
              return false;
            }
            client.listBuckets();
            return true;
          });
    }
  }

  /** Stops it. */
  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }

  private Path configuration() {
    return folder.resolve("s3.properties");
  }

  private Path data() {
    return folder.resolve("data");
  }

  private void writeConfiguration() {
    try {
      ServerLogging.write(folder);
      Files.createDirectory(data());
      Files.writeString(
          configuration(),
          """
          s3proxy.endpoint=%s
          s3proxy.authorization=aws-v2-or-v4
          s3proxy.identity=%s
          s3proxy.credential=%s
          # A request whose signature covers its whole body is held in memory up to this size.
          s3proxy.v4-max-non-chunked-request-size=134217728
          jclouds.provider=filesystem-nio2
          jclouds.filesystem.basedir=%s
          """
              .formatted(endpoint(), accessKeyId(), secretAccessKey, data()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }
}
