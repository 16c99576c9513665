package io.gpenstreams.stream;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import io.gpenstreams.servers.ServiceProcess;
import io.gpenstreams.servers.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real broker with the service's topics, a real S3 server with its buckets, and packaged services
 * between them, in processes of their own. In a static field they live as long as the test class,
 * in another one as long as the test; without JUnit, from {@link #start} to {@link #close}.
 */
public final class TestServers
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AutoCloseable {
  public static final String PHOTOS = "photos";
  public static final String RESTORED = "restored";

  /** The key of the {@link #portrait} in the bucket {@link #PHOTOS}. */
  public static final String PORTRAIT = "portrait.jpg";

  private final boolean withBroker;
  private final boolean withS3;
  private final List<String> buckets = new ArrayList<>(List.of(PHOTOS, RESTORED));
  private BrokerStart brokerStart = LocalBroker::start;
  private int partitions = 1;

  private boolean perClass;
  private Workspace workspace;
  private LocalBroker broker;
  private LocalS3 s3;
  private Admin admin;
  private S3Client client;

  private interface BrokerStart {
    LocalBroker in(Workspace workspace) throws InterruptedException;
  }

  private TestServers(boolean withBroker, boolean withS3) {
    this.withBroker = withBroker;
    this.withS3 = withS3;
  }

  public static TestServers brokerAndS3() {
    return new TestServers(true, true);
  }

  public static TestServers onlyBroker() {
    return new TestServers(true, false);
  }

  public static TestServers onlyS3() {
    return new TestServers(false, true);
  }

  /** The broker has a second port, which asks for a password. */
  public TestServers withLogins() {
    brokerStart = LocalBroker::startWithLogins;
    return this;
  }

  /** The broker knows Kafka's streams protocol. */
  public TestServers withStreamsGroups() {
    brokerStart = LocalBroker::startWithStreamsGroups;
    return this;
  }

  /** Each topic has so many partitions; with 0 there are no topics. */
  public TestServers withPartitions(int count) {
    partitions = count;
    return this;
  }

  /** There are more buckets than the service's own. */
  public TestServers withBuckets(String... more) {
    buckets.addAll(List.of(more));
    return this;
  }

  /** Returns when all servers answer. */
  public TestServers start() throws InterruptedException {
    workspace = Workspace.create(Installation.find());
    try {
      if (withBroker) {
        broker = brokerStart.in(workspace);
        if (partitions > 0) {
          broker.createTopics(Topics.OF_THE_SERVICE, partitions);
        }
      }
      if (withS3) {
        s3 = LocalS3.start(workspace);
        s3.createBuckets(buckets);
      }
    } catch (InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    perClass = true;
    start();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws InterruptedException {
    if (!perClass) {
      start();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!perClass) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  public Workspace workspace() {
    return workspace;
  }

  public LocalBroker broker() {
    return broker;
  }

  public LocalS3 s3() {
    return s3;
  }

  /** For the broker; belongs to this object. */
  public Admin admin() {
    if (admin == null) {
      admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
    return admin;
  }

  /** For the S3 server; belongs to this object. */
  public S3Client client() {
    if (client == null) {
      client = s3.newClient();
    }
    return client;
  }

  /** Stores a photo under a key. */
  public void put(String key, byte[] photo) {
    client().putObject(r -> r.bucket(PHOTOS).key(key), RequestBody.fromBytes(photo));
  }

  /** Returns when the packaged service is ready; it ends with these servers. */
  public ServiceProcess startService(Map<String, String> settings) throws InterruptedException {
    return ServiceProcess.start(workspace, broker, s3, settings);
  }

  /** A degraded photo of one face, as JPEG. */
  public static byte[] portrait() {
    return new Degradation(7).apply(new Portrait(7).draw());
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close();
      admin = null;
    }
    if (client != null) {
      client.close();
      client = null;
    }
    if (workspace != null) {
      workspace.close();
      workspace = null;
    }
  }
}
