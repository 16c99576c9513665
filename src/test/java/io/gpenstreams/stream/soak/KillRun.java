package io.gpenstreams.stream.soak;

import io.gpenstreams.cli.bench.RandomModel;
import io.gpenstreams.event.Topics;
import io.gpenstreams.gpen.Architecture;
import io.gpenstreams.gpen.RandomWeights;
import io.gpenstreams.hostile.HostileCase;
import io.gpenstreams.hostile.HostilePhotos;
import io.gpenstreams.hostile.HostileRecords;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import io.gpenstreams.stream.TestServers;
import io.gpenstreams.stream.soak.FaultPlan.FaultRates;
import io.gpenstreams.stream.soak.Replica.ResourceUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A run: replicas of the packaged service, a real broker and a real S3 server, a load, and injected
 * faults. For one thread.
 */
final class KillRun implements AutoCloseable {
  private static final int PUTS = 5;
  private static final int PARTITIONS = 6;
  private static final Duration SLICE = Duration.ofMillis(250);
  // Without any outcome; a photo that waits for an S3 or a calm process may need a while.
  private static final Duration STALLED = Duration.ofMinutes(3);
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration REPORT = Duration.ofSeconds(15);
  private static final int EARLY = 20;
  private static final int BATCH = 20;
  // Small enough for relays that hand everything on in small blocks.
  private static final int HOSTILE_SIZE = 2 << 20;
  private static final String CHANGELOG = "gpen-streams-pending-changelog";
  private static final Path OUTPUT = Path.of("target", "kill");

  private final Plan plan;
  private final TestServers servers = TestServers.brokerAndS3().withPartitions(PARTITIONS);
  private final RandomModel model =
      RandomModel.write(
          new RandomWeights(new Architecture(List.of(12, 10, 8, 6, 4))),
          Precision.FP32,
          Target.CPU);
  private final FaultPlan faultPlan;
  private final RequestCounter requests = new RequestCounter();
  private final List<Replica> replicas = new ArrayList<>();
  private final List<List<ResourceUsage>> samples = new ArrayList<>();
  private final Random random;
  private final List<HostileCase> corpus =
      Stream.concat(
              HostileRecords.all(HOSTILE_SIZE).stream(),
              new HostilePhotos(HOSTILE_SIZE).all().stream())
          .filter(HostileCase::isOneImage)
          .toList();
  private final Instant began = Instant.now();
  private Instant nextReport = began;

  private Publisher publisher;
  private OutcomeRecorder recorder;

  private KillRun(Plan plan) {
    this.plan = plan;
    this.faultPlan = new FaultPlan(plan.seed());
    this.random = new Random(plan.seed());
    say("seed %d: %s".formatted(plan.seed(), plan));
  }

  /** All of it, from the start to the audit. */
  static Audit of(Plan plan) throws IOException, InterruptedException {
    try (KillRun run = new KillRun(plan)) {
      run.start();
      run.poison();
      run.chaos();
      run.calm();
      Audit audit = run.audit();
      run.say(audit.report());
      return audit;
    }
  }

  private void start() throws IOException, InterruptedException {
    servers.start();
    TestPhotos.photos().forEach(this::put);
    put(HostileCase.GOOD, HostilePhotos.good());
    corpus.forEach(one -> one.objects().forEach((key, file) -> put(key, file.get())));
    startReplicas();
    publisher = new Publisher(servers.broker().bootstrapServers(), PARTITIONS);
    recorder = new OutcomeRecorder(servers.broker().bootstrapServers(), PARTITIONS);
    say("%d replicas are ready".formatted(replicas.size()));
  }

  // The server closes connections that wait, and the client notices only when it writes.
  private void put(String key, byte[] bytes) {
    for (int attempt = 1; ; attempt++) {
      try {
        servers.put(key, bytes);
        return;
      } catch (UncheckedIOException e) {
        if (attempt == PUTS) {
          throw e;
        }
      }
    }
  }

  private void startReplicas() throws InterruptedException {
    Map<String, String> settings = new HashMap<>();
    settings.put("gpen.model", model.file().toString());
    settings.put("gpen.retry.initial-backoff", "100ms");
    settings.put("gpen.retry.max-backoff", "2s");
    settings.put("gpen.stream.in-flight", "2");
    settings.put("gpen.stream.grace", "5s");
    settings.put("quarkus.log.category.\"io.smallrye.health\".level", "WARN");
    // Or a replica that is gone for good would be missed, and its open transaction be waited for,
    // longer than a test has time.
    settings.put("kafka-streams.session.timeout.ms", "6000");
    // A third more than the session, as by default.
    settings.put("gpen.retry.calm", "8s");
    settings.put("kafka-streams.heartbeat.interval.ms", "1500");
    settings.put("kafka-streams.transaction.timeout.ms", "6000");
    ExecutorService starters = Executors.newCachedThreadPool();
    try {
      List<Future<Replica>> starting = new ArrayList<>();
      for (int i = 0; i < plan.replicas(); i++) {
        String name = "replica-" + i;
        starting.add(
            starters.submit(() -> new Replica(name, servers, faultPlan, requests, settings)));
      }
      for (Future<Replica> one : starting) {
        replicas.add(one.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("A replica did not start", e.getCause());
    } finally {
      starters.shutdown();
    }
  }

  /** A photo that kills whatever touches it, among a few others, while nothing else goes wrong. */
  private void poison() throws InterruptedException {
    publisher.send(Load.of(random, "early", EARLY, true, corpus).entries());
    awaitOutcomes();
    awaitReady();
    say("the first poison is known; %s".formatted(progress()));
  }

  /** Sends the load while things go wrong, and returns when they no longer do. */
  private void chaos() throws InterruptedException {
    List<Load.Entry> entries =
        Load.of(random, "photo", plan.photos(), plan.poison(), corpus).entries();
    List<Chaos.Step> steps = Chaos.schedule(plan);
    Chaos chaos = new Chaos(replicas, servers.broker(), faultPlan);
    faultPlan.rates(plan.faults());
    int sent = 0;
    Instant end = Instant.now().plus(plan.limit());
    for (int i = 0; i < steps.size() && Instant.now().isBefore(end); i++) {
      int upTo = entries.size() * (i + 1) / steps.size();
      trickle(entries.subList(sent, upTo), steps.get(i).after());
      sent = upTo;
      say("%d/%d: %s; %s".formatted(i + 1, steps.size(), steps.get(i), progress()));
      chaos.inject(steps.get(i));
    }
    faultPlan.rates(FaultRates.NONE);
    say("nothing goes wrong any more but for the poison; %s".formatted(progress()));
    awaitOutcomes();
    awaitReady();
  }

  /** More photos for processes that nobody kills, whose size is watched. */
  private void calm() throws IOException, InterruptedException {
    List<Load.Entry> entries = Load.of(random, "calm", plan.calmPhotos(), false, corpus).entries();
    for (int from = 0; from < entries.size(); from += BATCH) {
      publisher.send(entries.subList(from, Math.min(from + BATCH, entries.size())));
      awaitOutcomes();
      List<ResourceUsage> now = new ArrayList<>();
      for (Replica replica : replicas) {
        now.add(replica.resources());
      }
      samples.add(now);
    }
    // A machine too busy for heartbeats may have moved partitions just now.
    awaitReady();
    say("calm: %s".formatted(samples.get(samples.size() - 1)));
  }

  /** Looks at everything that is left. */
  private Audit audit() throws InterruptedException {
    recorder.close();
    List<ConsumerRecord<byte[], byte[]>> uploads = topic(Topics.IMAGE_UPLOADED).read();
    Audit audit = new Audit(plan);
    audit.uploads(uploads, publisher);
    audit.outcomes(recorder.outcomes());
    audit.sameForLateReaders(
        topic(Topics.RESTORED_IMAGE).read(), topic(Topics.IMAGE_RESTORATION_FAILED).read());
    audit.objects(servers.client());
    audit.pending(topic(CHANGELOG).read());
    for (String name : List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED, CHANGELOG)) {
      audit.settled(topic(name));
    }
    audit.replicas(replicas, requests, Duration.between(began, Instant.now()));
    audit.resources(samples);
    return audit;
  }

  private Topic topic(String name) {
    return new Topic(servers.broker().bootstrapServers(), name, PARTITIONS);
  }

  private void trickle(List<Load.Entry> entries, Duration length) throws InterruptedException {
    int slices = Math.max(1, (int) (length.toMillis() / SLICE.toMillis()));
    for (int i = 0; i < slices; i++) {
      publisher.send(
          entries.subList(entries.size() * i / slices, entries.size() * (i + 1) / slices));
      Thread.sleep(SLICE.toMillis());
    }
  }

  /** Waits as long as there are new outcomes, until there are as many as expected. */
  private void awaitOutcomes() {
    int expected = expected();
    boolean stalled = false;
    while (!stalled && recorder.images() < expected) {
      int before = recorder.images();
      stalled = !BestEffort.await(STALLED, () -> recorder.images() > before);
      if (Instant.now().isAfter(nextReport)) {
        nextReport = Instant.now().plus(REPORT);
        say(progress());
      }
    }
    if (stalled) {
      say("no more outcomes; %s".formatted(progress()));
    }
  }

  private void awaitReady() {
    if (!BestEffort.await(READY, () -> replicas.stream().allMatch(Replica::ready))) {
      say("not all replicas are ready; %s".formatted(progress()));
    }
  }

  private int expected() {
    return publisher.sent().stream().mapToInt(entry -> entry.expected().size()).sum();
  }

  private String progress() {
    return "%d of %d outcomes, ready %s, ends %s, %s, %d fetched"
        .formatted(
            recorder.images(),
            expected(),
            replicas.stream().map(Replica::ready).toList(),
            replicas.stream().map(replica -> replica.endings().size()).toList(),
            requests.summary(),
            requests.fetches());
  }

  private void say(String text) {
    System.out.printf("%s %s%n", Instant.now().truncatedTo(ChronoUnit.MILLIS), text);
  }

  /** Keeps what the replicas wrote, and stops everything. */
  @Override
  public void close() throws IOException {
    Path folder = Files.createDirectories(OUTPUT.resolve(plan.name()));
    try {
      for (Replica replica : replicas) {
        replica.close();
        Files.copy(
            replica.log(),
            folder.resolve(replica.name() + ".log"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      if (recorder != null) {
        recorder.close();
        publisher.close();
      }
    } finally {
      servers.close();
      model.close();
    }
  }
}
