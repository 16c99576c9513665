package io.gpenstreams.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The packaged service in a process of its own, on a {@link LocalBroker} and a {@link LocalS3}, for
 * the demo and the integration tests.
 *
 * <p>Its settings are in a file, not on the command line, where every user of the machine could
 * read the credentials. Not for use by several threads at once, except the plain accessors and
 * {@link #requireAlive()}.
 */
public final class ServiceProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
  private static final List<String> PORT_TAKEN = List.of("already bound", "already in use");

  private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx1g");

  /** Above environment and system properties, which a user may have set for another service. */
  private static final String ABOVE_ALL = "500";

  private final Workspace workspace;
  private final Path folder;
  private final Path log;
  private final int port;
  private volatile ServerProcess process;

  private ServiceProcess(
      Workspace workspace,
      LocalBroker broker,
      LocalS3 s3,
      Map<String, String> settings,
      Ports ports) {
    this.workspace = workspace;
    this.folder = workspace.newFolder("service");
    this.log = folder.resolve("service.log");
    this.port = ports.next();
    writeConfiguration(broker, s3, settings);
  }

  /**
   * Starts one, and returns when it is ready.
   *
   * @param settings configuration keys and their values, beyond those of Kafka, S3 and HTTP
   */
  public static ServiceProcess start(
      Workspace workspace, LocalBroker broker, LocalS3 s3, Map<String, String> settings)
      throws InterruptedException {
    return new PortAttempts<>(
            () -> new ServiceProcess(workspace, broker, s3, settings, Ports.FREE),
            service -> PORT_TAKEN.stream().anyMatch(service.process::said),
            ServiceProcess::close)
        .start(ServiceProcess::restart);
  }

  /** Where its HTTP side answers: health, metrics and, if enabled, the viewer. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The process's number; another one after each {@link #restart()}. */
  public long pid() {
    return process.pid();
  }

  /** What it writes. */
  public Path log() {
    return log;
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

  /** Stops it in order, which may take its grace period; {@link #restart()} brings it back. */
  public void stop() {
    process.stop(STOP_LIMIT);
  }

  /** Starts it again after {@link #stop} or {@link #kill}: same port, same settings and state. */
  public void restart() throws InterruptedException {
    List<String> command =
        workspace
            .installation()
            .serviceCommand(
                workspace.javaOptions(JVM),
                Map.of("quarkus.config.locations", configuration().toString()));
    process = workspace.launch("the service", command, log);
    process.awaitReady(START_LIMIT, this::answers);
  }

  /** Stops it. */
  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }

  private boolean answers() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) address().resolve("/q/health/ready").toURL().openConnection();
    connection.setConnectTimeout(1000);
    connection.setReadTimeout(3000);
    try {
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } finally {
      connection.disconnect();
    }
  }

  private Path configuration() {
    return folder.resolve("service.properties");
  }

  private void writeConfiguration(LocalBroker broker, LocalS3 s3, Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>();
    all.put("config_ordinal", ABOVE_ALL);
    all.put("quarkus.http.host", "127.0.0.1");
    all.put("quarkus.http.port", Integer.toString(port));
    all.put("kafka.bootstrap.servers", broker.bootstrapServers());
    all.put("quarkus.kafka-streams.bootstrap-servers", broker.bootstrapServers());
    all.put("kafka-streams.state.dir", folder.resolve("state").toString());
    all.put("quarkus.s3.endpoint-override", s3.endpoint().toString());
    all.put("quarkus.s3.path-style-access", "true");
    all.put("quarkus.s3.aws.region", s3.region());
    all.put("quarkus.s3.aws.credentials.type", "static");
    all.put("quarkus.s3.aws.credentials.static-provider.access-key-id", s3.accessKeyId());
    all.put("quarkus.s3.aws.credentials.static-provider.secret-access-key", s3.secretAccessKey());
    all.putAll(settings);
    Properties properties = new Properties();
    properties.putAll(all);
    try (var out = Files.newBufferedWriter(configuration())) {
      properties.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }
}
