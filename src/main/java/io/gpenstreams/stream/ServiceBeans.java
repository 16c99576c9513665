package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.config.PhotosAtOnce;
import io.gpenstreams.restore.PhotoRestorer;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.storage.ModelFiles;
import io.gpenstreams.storage.PhotoStore;
import io.gpenstreams.storage.Storage;
import io.gpenstreams.storage.StorageHealth;
import io.gpenstreams.storage.StorageSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Creates the parts of the service. The topology depends on all others, so that nothing is consumed
 * before they are ready.
 */
@ApplicationScoped
final class ServiceBeans {
  private static final Logger LOG = Logger.getLogger(ServiceBeans.class);
  // For the stream thread to take marks back and commit.
  private static final Duration RELEASE = Duration.ofSeconds(5);
  // For a run of the model that has not ended when the grace is over.
  private static final Duration LAST_RUN = Duration.ofSeconds(10);
  private static final int FAILED = 1;
  // Before Kafka Streams is stopped: it has to commit the marks that are taken back.
  private static final int FIRST = 1;

  @Produces
  @Singleton
  Storage storage(S3Client s3, GpenConfig config) {
    return new Storage(s3, StorageSettings.of(config));
  }

  void close(@Disposes Storage storage) {
    storage.close();
  }

  @Produces
  @Singleton
  PhotoStore photoStore(Storage storage) {
    return storage.photos();
  }

  @Produces
  @Singleton
  StorageHealth storageHealth(Storage storage) {
    return storage.health();
  }

  @Produces
  @Singleton
  PhotoRestorer photoRestorer(S3Client s3, GpenConfig config) {
    PhotoRestorer restorer = PhotoRestorer.open(config, new ModelFiles(s3)::locate);
    try {
      Duration time = restorer.warmUp();
      LOG.infof(
          "Model %s runs on %s; its first face took %d ms",
          restorer.model().name(), restorer.device(), time.toMillis());
      return restorer;
    } catch (RuntimeException e) {
      restorer.close();
      throw e;
    }
  }

  void close(@Disposes PhotoRestorer restorer, WorkerPool pool) {
    if (pool.idle()) {
      restorer.close();
    } else {
      // Workers in native code cannot be stopped and still use its memory; the process ends soon.
      LOG.warn("Photos were in flight when the service stopped; they will be restored again");
      restorer.halt(LAST_RUN);
    }
  }

  /** Removes a tag that Kafka Streams changes at each start. */
  @Produces
  @Singleton
  MeterFilter stableSeries() {
    return MeterFilter.ignoreTags("process.id");
  }

  @Produces
  @Singleton
  StreamSettings streamSettings(GpenConfig config) {
    return StreamSettings.of(config);
  }

  @Produces
  @Singleton
  CommitListeners commitListeners() {
    return new CommitListeners();
  }

  @Produces
  @Singleton
  FetchGate fetchGate() {
    return new FetchGate();
  }

  @Produces
  @Singleton
  KafkaClientSupplier clients(CommitListeners commits, FetchGate fetchGate) {
    return new StreamClients(commits, fetchGate);
  }

  @Produces
  @Singleton
  StreamsUncaughtExceptionHandler threadReplacement() {
    return new ThreadReplacement(InstantSource.system(), ServiceBeans::sleep);
  }

  private static void sleep(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Produces
  @Singleton
  WorkerPool workerPool(GpenConfig config) {
    int workers = PhotosAtOnce.of(config);
    InstantSource clock = InstantSource.system();
    Duration limit = Duration.ofSeconds(config.limits().seconds());
    WorkerPool pool =
        new WorkerPool(
            UUID.randomUUID().toString(),
            // More than workers: attempts are committed ahead, so that no worker waits for a
            // commit.
            workers + Math.max(2, workers / 2),
            config.retry().calm(),
            clock,
            workers(workers),
            () -> new StageClock(limit));
    // Not every platform replaces a process whose liveness probe fails.
    pool.whenBroken(() -> Quarkus.asyncExit(FAILED));
    return pool;
  }

  @Produces
  @Singleton
  PhotoTracing tracing(
      OpenTelemetry telemetry, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off) {
    // A disabled SDK would still send new span ids, which belong to no trace.
    return new PhotoTracing(off ? OpenTelemetry.noop() : telemetry, InstantSource.system());
  }

  @Produces
  @Singleton
  Topology topology(
      GpenConfig config,
      StreamSettings settings,
      Storage storage,
      PhotoRestorer restorer,
      WorkerPool pool,
      CommitListeners commits,
      FetchGate fetchGate,
      MeterRegistry registry,
      PhotoTracing tracing) {
    ModelMetrics.register(registry, restorer.model(), restorer.device().toString(), restorer::load);
    ImageRestoration restoration = new ImageRestoration(config, storage.photos(), restorer);
    storage.watch();
    return RestorationTopology.build(
        restoration::restore,
        storage.health()::takes,
        settings,
        pool,
        commits,
        fetchGate,
        new OutcomeMetrics(registry),
        new PendingMetrics(registry, pool, storage.health()::away),
        tracing,
        RestorationTopology.inMemory());
  }

  void stop(
      @Observes @Priority(FIRST) ShutdownEvent event,
      GpenConfig config,
      WorkerPool pool,
      FetchGate fetchGate) {
    fetchGate.close();
    try {
      pool.drain(config.stream().grace(), RELEASE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Daemons: native code cannot be interrupted, and must not delay the end of the process.
  private static ExecutorService workers(int count) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        work -> {
          Thread thread = new Thread(work, "photo-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
