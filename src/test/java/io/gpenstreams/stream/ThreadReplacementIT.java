package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.Topics;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.Workspace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology on a real broker, which undoes a transaction behind the stream thread's back. */
class ThreadReplacementIT {
  private static final int PHOTOS = 30;
  // One that has marks and outcomes in it.
  private static final int UNDONE_COMMIT = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(1));

  @TempDir private Path state;

  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final CommitListeners commits = new CommitListeners();
  private final FetchGate fetchGate = new FetchGate();
  private final WorkerPool pool =
      new WorkerPool(
          "process",
          3,
          // Nothing that is under suspicion would be done in time.
          Duration.ofHours(1),
          InstantSource.system(),
          workers,
          () -> new StageClock(PATIENCE));
  private Workspace workspace;
  private LocalBroker broker;

  @BeforeEach
  void start() throws InterruptedException {
    workspace = Workspace.create(Installation.find());
    broker = LocalBroker.start(workspace);
    broker.createTopics(Topics.OF_THE_SERVICE);
  }

  @AfterEach
  void stop() {
    workers.shutdownNow();
    workspace.close();
  }

  @Test
  void everyPhotoHasOneOutcomeThoughTheBrokerForgotATransaction() throws Exception {
    Undoing clients = new Undoing(new StreamClients(commits, fetchGate), new AtomicInteger());
    try (KafkaStreams streams = new KafkaStreams(topology(), configuration(), clients)) {
      streams.setUncaughtExceptionHandler(
          new ThreadReplacement(InstantSource.system(), wait -> {}));
      streams.start();
      try (Uploads uploads = new Uploads(broker)) {
        for (int i = 0; i < PHOTOS; i++) {
          uploads.send(Integer.toString(i), "portrait.jpg");
        }
      }

      assertThat(outcomes())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, PHOTOS).mapToObj(Integer::toString).toList());
      assertThat(clients.ends.get()).isGreaterThan(UNDONE_COMMIT);
      assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
      assertThat(streams.metadataForLocalThreads())
          .extracting(thread -> thread.threadName().replaceAll(".*-", ""))
          .as("the first was replaced")
          .containsExactly("2");
      assertThat(pool.suspects()).isZero();
    }
  }

  private Topology topology() {
    return RestorationTopology.build(
        (image, photo) -> ProcessorHarness.unchanged(image),
        bucket -> true,
        new StreamSettings(
            RETRY,
            new PoisonPillRule(2),
            100,
            Duration.ofMillis(20),
            Duration.ofMinutes(1),
            Duration.ofMillis(100)),
        pool,
        commits,
        fetchGate,
        new OutcomeMetrics(new SimpleMeterRegistry()),
        new PendingMetrics(new SimpleMeterRegistry(), pool, () -> false),
        new PhotoTracing(OpenTelemetry.noop(), InstantSource.system()),
        RestorationTopology.inMemory());
  }

  private Properties configuration() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "gpen-streams");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put("auto.offset.reset", "earliest");
    properties.put("poll.ms", "20");
    // The thread's place in the group is kept for it, and must not be waited for long.
    properties.put("group.instance.id", "replica");
    properties.put("session.timeout.ms", "6000");
    return properties;
  }

  private List<String> outcomes() {
    return ReadCommitted.read(
            broker,
            List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED),
            PHOTOS,
            PATIENCE)
        .stream()
        .map(outcome -> new String(outcome.key(), UTF_8))
        .toList();
  }

  /** Clients of whose transactions one is undone instead of committed. */
  private record Undoing(KafkaClientSupplier clients, AtomicInteger ends)
      implements KafkaClientSupplier {
    @Override
    public Admin getAdmin(Map<String, Object> config) {
      return clients.getAdmin(config);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
      Producer<byte[], byte[]> producer = clients.getProducer(config);
      return (Producer<byte[], byte[]>)
          Proxy.newProxyInstance(
              Producer.class.getClassLoader(),
              new Class<?>[] {Producer.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("commitTransaction")
                    && ends.incrementAndGet() == UNDONE_COMMIT) {
                  producer.abortTransaction();
                  throw new InvalidTxnStateException("The transaction timed out");
                }
                try {
                  return method.invoke(producer, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
      return clients.getConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
      return clients.getRestoreConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
      return clients.getGlobalConsumer(config);
    }
  }
}
