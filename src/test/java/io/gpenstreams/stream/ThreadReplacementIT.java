package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.Topics;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The topology on a real broker, which aborts a transaction while the stream thread commits. */
class ThreadReplacementIT {
  private static final int PHOTOS = 30;
  // A commit with marks and outcomes in it.
  private static final int ABORTED_COMMIT = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension final TestServers servers = TestServers.onlyBroker();

  @TempDir private Path state;

  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final AtomicInteger ends = new AtomicInteger();
  private final LocalStream stream =
      new LocalStream(
          workers,
          3,
          // A suspect would not be done in time.
          Duration.ofHours(1),
          (image, photo) -> ProcessorHarness.unchanged(image),
          bucket -> true);

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  @Test
  void everyPhotoHasOneOutcomeThoughTheBrokerForgotATransaction() throws Exception {
    try (KafkaStreams streams =
        stream.start(configuration(), clients -> new Aborting(clients, ends), wait -> {})) {
      try (Uploads uploads = new Uploads(servers.broker())) {
        for (int i = 0; i < PHOTOS; i++) {
          uploads.send(Integer.toString(i), "portrait.jpg");
        }
      }

      assertThat(outcomes())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, PHOTOS).mapToObj(Integer::toString).toList());
      assertThat(ends.get()).isGreaterThan(ABORTED_COMMIT);
      assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
      assertThat(streams.metadataForLocalThreads())
          .extracting(thread -> thread.threadName().replaceAll(".*-", ""))
          .as("the first was replaced")
          .containsExactly("2");
      assertThat(stream.pool.suspects()).isZero();
    }
  }

  private Properties configuration() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "gpen-streams");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers.broker().bootstrapServers());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put("auto.offset.reset", "earliest");
    properties.put("poll.ms", "20");
    // A static member's place in the group is kept for it, but must not be kept for long.
    properties.put("group.instance.id", "replica");
    properties.put("session.timeout.ms", "6000");
    return properties;
  }

  private List<String> outcomes() {
    return ReadCommitted.read(
            servers.broker(),
            List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED),
            PHOTOS,
            PATIENCE)
        .stream()
        .map(outcome -> new String(outcome.key(), UTF_8))
        .toList();
  }

  /** Clients that abort one transaction instead of committing it. */
  private record Aborting(KafkaClientSupplier clients, AtomicInteger ends)
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
                    && ends.incrementAndGet() == ABORTED_COMMIT) {
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
