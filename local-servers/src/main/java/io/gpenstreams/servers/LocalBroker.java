package io.gpenstreams.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A Kafka broker (KRaft, one node) in a process of its own on a free loopback port, for the demo
 * and the integration tests.
 *
 * <p>Not for use by several threads at once, except {@link #bootstrapServers()} and {@link
 * #requireAlive()}.
 */
public final class LocalBroker implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final String KEY_STORE_PASSWORD = "local-use-only";
  private static final String PORT_TAKEN = "Address already in use";

  /** What is compiled once is not worth optimising for the minutes that a demo or test takes. */
  private static final List<String> JVM =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

  /**
   * What a broker has beside its usual settings.
   *
   * @param settings lines of its file, of which the last counts where a key comes twice; takes the
   *     ports of clients, controllers and logins
   * @param format arguments of the command that formats its storage
   */
  private record Extras(String settings, List<String> format) {
    static final Extras NONE = new Extras("", List.of());

    // Without a release, allowing one unstable feature would get all of them.
    static final Extras STREAMS_GROUPS =
        new Extras(
            """
            unstable.api.versions.enable=true
            unstable.feature.versions.enable=true
            group.streams.min.session.timeout.ms=1000
            group.streams.min.heartbeat.interval.ms=500
            """,
            List.of("--release-version", "4.1", "--feature", "streams.version=1"));

    static final Extras LOGINS =
        new Extras(
            """
            listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d,LOGIN://127.0.0.1:%3$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,LOGIN://127.0.0.1:%3$d
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,LOGIN:SASL_SSL
            listener.name.login.ssl.keystore.type=PKCS12
            listener.name.login.ssl.keystore.location=%4$s
            listener.name.login.ssl.keystore.password=%5$s
            sasl.enabled.mechanisms=SCRAM-SHA-256
            listener.name.login.scram-sha-256.sasl.jaas.config=\\
            org.apache.kafka.common.security.scram.ScramLoginModule required;
            authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
            allow.everyone.if.no.acl.found=true
            super.users=User:ANONYMOUS
            """,
            List.of());
  }

  private final Workspace workspace;
  private final Extras extras;
  private final Path folder;
  private final Path log;
  private final String clusterId = newClusterId();
  private final int port;
  private final int loginPort;
  private volatile ServerProcess process;

  private LocalBroker(Workspace workspace, Ports ports, Extras extras) {
    this.workspace = workspace;
    this.extras = extras;
    this.folder = workspace.newFolder("kafka");
    this.log = folder.resolve("kafka.log");
    this.port = ports.next();
    this.loginPort = ports.next();
    writeConfiguration(ports.next());
  }

  /** Starts one, and returns when it answers. */
  public static LocalBroker start(Workspace workspace) throws InterruptedException {
    return start(workspace, Ports.FREE);
  }

  /**
   * Starts one that also has groups of type {@code streams}, of which Kafka 4.1 has a preview, and
   * returns when it answers.
   */
  public static LocalBroker startWithStreamsGroups(Workspace workspace)
      throws InterruptedException {
    return start(workspace, Ports.FREE, Extras.STREAMS_GROUPS);
  }

  /**
   * Starts one with access lists, which also has {@link #loginServers()}, and returns when it
   * answers.
   */
  public static LocalBroker startWithLogins(Workspace workspace) throws InterruptedException {
    return start(workspace, Ports.FREE, Extras.LOGINS);
  }

  static LocalBroker start(Workspace workspace, Ports ports) throws InterruptedException {
    return start(workspace, ports, Extras.NONE);
  }

  private static LocalBroker start(Workspace workspace, Ports ports, Extras extras)
      throws InterruptedException {
    return new PortAttempts<>(
            () -> new LocalBroker(workspace, ports, extras),
            broker -> broker.process != null && broker.process.said(PORT_TAKEN),
            LocalBroker::close)
        .start(LocalBroker::begin);
  }

  private void begin() throws InterruptedException {
    if (extras.equals(Extras.LOGINS)) {
      certify();
    }
    format();
    restart();
  }

  /** Host and port, for {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Host and port for clients that log in. */
  public String loginServers() {
    return "127.0.0.1:" + loginPort;
  }

  /**
   * How any client of Kafka's logs in at {@link #loginServers()}: TLS, whose certificate is the
   * broker's own, and SCRAM-SHA-256. Whoever comes by {@link #bootstrapServers()} may do
   * everything.
   */
  public Map<String, String> login(String user, String password) {
    return Map.of(
        "bootstrap.servers",
        loginServers(),
        "security.protocol",
        "SASL_SSL",
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        certificate().toString(),
        "sasl.mechanism",
        "SCRAM-SHA-256",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required"
            + " username=\"%s\" password=\"%s\";".formatted(user, password));
  }

  /** Sets a user's password; one that it has had is no longer valid. */
  public void setPassword(String user, String password) throws InterruptedException {
    try (Admin admin = admin(Duration.ofSeconds(20))) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), password)))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new ServerException(
          "Kafka cannot set a password: " + e.getCause().getMessage(), log, e);
    }
  }

  /** Makes topics with one partition each. */
  public void createTopics(Collection<String> names) throws InterruptedException {
    createTopics(names, 1);
  }

  /** Makes topics. */
  public void createTopics(Collection<String> names, int partitions) throws InterruptedException {
    try (Admin admin = admin(Duration.ofSeconds(20))) {
      admin
          .createTopics(
              names.stream().map(name -> new NewTopic(name, partitions, (short) 1)).toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new ServerException(
          "Kafka cannot make the topics " + names + ": " + e.getCause().getMessage(), log, e);
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

  /** Stops it in order; {@link #restart()} brings it back. */
  public void stop() {
    process.close();
  }

  /** Starts it again after {@link #stop} or {@link #kill}: same port, same data. */
  public void restart() throws InterruptedException {
    process =
        workspace.launch(
            "Kafka",
            workspace
                .installation()
                .serverCommand(Installation.BROKER, jvm(), "kafka.Kafka", List.of(configuration())),
            log);
    process.awaitReady(START_LIMIT, this::answers);
  }

  /** Stops it. */
  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }

  private void format() throws InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("format", "--standalone", "-t", clusterId, "-c", configuration()));
    arguments.addAll(extras.format());
    workspace
        .launch(
            "Kafka's formatting of its storage",
            workspace
                .installation()
                .serverCommand(Installation.BROKER, jvm(), "kafka.tools.StorageTool", arguments),
            log)
        .awaitSuccess(START_LIMIT);
  }

  private void certify() throws InterruptedException {
    keytool("-genkeypair -keyalg RSA -dname CN=broker -ext san=ip:127.0.0.1 -storetype PKCS12");
    keytool("-exportcert -rfc -file " + certificate());
  }

  private void keytool(String arguments) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ", -1)));
    command.addAll(
        List.of(
            "-alias",
            "broker",
            "-keystore",
            keyStore().toString(),
            "-storepass",
            KEY_STORE_PASSWORD));
    workspace.launch("keytool", command, log).awaitSuccess(START_LIMIT);
  }

  private Path keyStore() {
    return folder.resolve("broker.p12");
  }

  private Path certificate() {
    return folder.resolve("broker.pem");
  }

  private boolean answers() throws InterruptedException, ExecutionException {
    // Before the port is open, a client would only fill the log with its failures to connect.
    if (!Ports.isOpen(port)) {
      return false;
    }
    // Another process may hold the port and say nothing, while ours has long given up.
    try (Admin admin = admin(Duration.ofSeconds(3))) {
      var cluster = admin.describeCluster();
      return clusterId.equals(cluster.clusterId().get()) && !cluster.nodes().get().isEmpty();
    }
  }

  private Admin admin(Duration limit) {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            (int) limit.toMillis(),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) limit.toMillis()));
  }

  private List<String> jvm() {
    return ServerLogging.with(workspace.javaOptions(JVM), folder);
  }

  private String configuration() {
    return folder.resolve("broker.properties").toString();
  }

  private void writeConfiguration(int controllerPort) {
    try {
      ServerLogging.write(folder);
      Files.writeString(
          Path.of(configuration()),
          """
          process.roles=broker,controller
          node.id=1
          listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
          advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
          controller.quorum.bootstrap.servers=127.0.0.1:%2$d
          controller.listener.names=CONTROLLER
          listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
          log.dirs=%3$s
          auto.create.topics.enable=false
          offsets.topic.replication.factor=1
          offsets.topic.num.partitions=1
          transaction.state.log.replication.factor=1
          transaction.state.log.min.isr=1
          transaction.state.log.num.partitions=1
          group.initial.rebalance.delay.ms=0
          # The rest lets clients that died be noticed soon, and keeps the process small.
          group.min.session.timeout.ms=1000
          transaction.abort.timed.out.transaction.cleanup.interval.ms=500
          log.cleaner.dedupe.buffer.size=8388608
          num.network.threads=2
          num.io.threads=4
          %4$s
          """
              .formatted(
                  port,
                  controllerPort,
                  folder.resolve("data"),
                  extras
                      .settings()
                      .formatted(port, controllerPort, loginPort, keyStore(), KEY_STORE_PASSWORD)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  private static String newClusterId() {
    UUID uuid = UUID.randomUUID();
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
    // A leading hyphen would read as an option on the command line.
    bytes[0] &= 0x7f;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
