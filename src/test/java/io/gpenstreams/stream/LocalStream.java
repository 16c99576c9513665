package io.gpenstreams.stream;

import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.outage.Backoff;
import io.gpenstreams.restore.StageClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/** The topology in the test's own process, on a real broker, without pixels. */
final class LocalStream {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  final WorkerPool pool;

  private final CommitListeners commits = new CommitListeners();
  private final FetchGate fetchGate = new FetchGate();
  private final BiFunction<ImageUploaded, StageClock, RestoredImage> restoration;
  private final Predicate<String> bucketAvailable;

  /**
   * A stream that has not begun.
   *
   * @param calm how long suspects wait
   */
  LocalStream(
      Executor workers,
      int permits,
      Duration calm,
      BiFunction<ImageUploaded, StageClock, RestoredImage> restoration,
      Predicate<String> bucketAvailable) {
    this.pool =
        new WorkerPool(
            "process", permits, calm, InstantSource.system(), workers, () -> new StageClock(LIMIT));
    this.restoration = restoration;
    this.bucketAvailable = bucketAvailable;
  }

  /**
   * Starts it.
   *
   * @param clients changes the service's Kafka clients
   * @param deaths is told when a stream thread dies, in place of its wait
   */
  KafkaStreams start(
      Properties properties,
      UnaryOperator<KafkaClientSupplier> clients,
      Consumer<Duration> deaths) {
    KafkaStreams streams =
        new KafkaStreams(
            topology(), properties, clients.apply(new StreamClients(commits, fetchGate)));
    streams.setUncaughtExceptionHandler(new ThreadReplacement(InstantSource.system(), deaths));
    streams.start();
    return streams;
  }

  private Topology topology() {
    Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1));
    return RestorationTopology.build(
        restoration,
        bucketAvailable,
        new StreamSettings(
            new RetryPolicy(3, backoff, Duration.ofHours(1)),
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
}
