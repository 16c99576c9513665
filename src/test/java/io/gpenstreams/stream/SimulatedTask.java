package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.stream.Progress.Run;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * One task over the lives of many processes, step by step: what a transaction holds is visible when
 * it commits and gone when the process dies. Checks at every attempt that it was written down
 * before.
 */
final class SimulatedTask {
  static final Duration TICK = Duration.ofMillis(20);
  static final Duration CALM = Duration.ofSeconds(30);
  static final Duration OUTAGE = Duration.ofHours(6);
  static final Duration OVERRUN = Duration.ofMinutes(20);
  static final int MAX_PENDING = 10;
  static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1), OUTAGE);

  /** What a read_committed consumer sees. */
  record Outcome(String eventId, String child, Headers headers, String json) {
    boolean restored() {
      return child.equals(RestorationTopology.RESTORED);
    }

    long offset() {
      return Long.parseLong(
          new String(headers.lastHeader("ce_id").value(), UTF_8)
              .replaceAll("image-uploaded-0-([0-9]+)-[0-9]+", "$1"));
    }

    RestoredImage image() {
      return new EventJson().readRestored(json.getBytes(UTF_8));
    }

    RestorationFailed letter() {
      return new EventJson().readFailed(json.getBytes(UTF_8));
    }
  }

  final TestClock clock = new TestClock();
  final MeterRegistry meters = new SimpleMeterRegistry();
  final List<String> attempts = new ArrayList<>();
  final List<Outcome> outcomes = new ArrayList<>();
  // Not thrown where they are noticed, which would only make the attempt fail.
  final List<String> violations = new ArrayList<>();
  final Map<Bytes, byte[]> log = new TreeMap<>();
  private final List<String> topic = new ArrayList<>();
  private final Function<ImageUploaded, RestoredImage> restoration;
  private final OutcomeMetrics outcomeMetrics = new OutcomeMetrics(meters);
  private long committedOffset;

  /** Whether no photo can be read now. */
  boolean bucketsAway;

  private int lives;
  private Duration slice = Duration.ZERO;

  // Of the living process.
  TestWorkers workers;
  Workshop workshop;
  Intake intake;
  Desk foreign;
  private Commits commits;
  private long offset;
  private boolean dead;

  // Of the task's time in it.
  private RestorationProcessor processor;
  private MockProcessorContext<byte[], byte[]> context;
  private KeyValueStore<Bytes, byte[]> store;

  SimulatedTask(Function<ImageUploaded, RestoredImage> restoration) {
    this.restoration = restoration;
    startProcess();
  }

  /** As {@link #startProcess()}, and where records come without room for them, this is waited. */
  void startProcess(Duration slice) {
    this.slice = slice;
    startProcess();
  }

  /** A new process, which gets the task. */
  void startProcess() {
    dead = false;
    workers = new TestWorkers();
    intake = new Intake();
    commits = new Commits();
    workshop = new Workshop("process-" + ++lives, 4, CALM, clock, workers, clock::photo);
    foreign = workshop.open();
    open();
  }

  private void open() {
    context = new MockProcessorContext<>(new Properties(), new TaskId(0, 0), null);
    context.setCurrentSystemTimeMs(clock.instant().toEpochMilli());
    store = committedStore(context);
    context.addStateStore(store);
    offset = committedOffset;
    processor =
        new RestorationProcessor(
            this::restore,
            bucket -> !bucketsAway,
            new StreamSettings(RETRY, new CrashRule(2), MAX_PENDING, TICK, OVERRUN, slice),
            workshop,
            commits,
            intake,
            new Outcomes(outcomeMetrics),
            new PendingMetrics(new SimpleMeterRegistry(), workshop, () -> false),
            new PhotoTracing(OpenTelemetry.noop(), InstantSource.system()));
    processor.init(context);
  }

  private RestoredImage restore(ImageUploaded image, StageClock photo) {
    if (!begun(image.imageId())) {
      violations.add("An attempt at " + image.imageId() + " was not committed before it began");
    }
    attempts.add(image.imageId());
    return restoration.apply(image);
  }

  // Whether the log says that this process is at an image of the id.
  private boolean begun(String imageId) {
    return log.entrySet().stream()
        .filter(row -> !row.getKey().equals(PendingKey.crashes()))
        .filter(row -> PendingKey.read(row.getKey()).index() >= 0)
        .filter(row -> topic.get((int) PendingKey.read(row.getKey()).offset()).contains(imageId))
        .map(row -> new PendingCodec().readProgress(row.getValue()).run())
        .anyMatch(run -> run != null && run.process().equals(workshop.process()));
  }

  /** What is committed about the images of an id. */
  List<Progress> progress(String imageId) {
    Pending pending =
        new Pending(
            committedStore(new MockProcessorContext<>(new Properties(), new TaskId(0, 0), null)),
            clock.instant());
    return pending.all().stream()
        .filter(image -> image.image().imageId().equals(imageId))
        .map(PendingImage::progress)
        .toList();
  }

  private KeyValueStore<Bytes, byte[]> committedStore(MockProcessorContext<byte[], byte[]> reader) {
    KeyValueStore<Bytes, byte[]> copy =
        RestorationTopology.pending(RestorationTopology.inMemory()).withLoggingDisabled().build();
    copy.init(reader.getStateStoreContext(), copy);
    log.forEach(copy::put);
    return copy;
  }

  /** A record comes into the topic. */
  void upload(String imageId) {
    send(Uploads.event(imageId, "k"));
  }

  void send(String value) {
    topic.add(value);
  }

  int sent() {
    return topic.size();
  }

  /** The task gets its next record, if there is one and it lets itself be given any. */
  boolean poll() {
    if (offset == topic.size() || !intake.open(new TopicPartition(Topics.IMAGE_UPLOADED, 0))) {
      return false;
    }
    pollAnyway();
    return true;
  }

  void pollAnyway() {
    context.setRecordMetadata(Topics.IMAGE_UPLOADED, 0, offset);
    Headers headers = new RecordHeaders().add("origin", "phone".getBytes(UTF_8));
    processor.process(new Record<>(null, topic.get((int) offset).getBytes(UTF_8), 7, headers));
    offset++;
  }

  /** Time passes, and the task is called if it wants to be. */
  void tick(Duration time) {
    clock.advance(time);
    context.setCurrentSystemTimeMs(clock.instant().toEpochMilli());
    context.scheduledPunctuators().stream()
        .filter(punctuator -> !punctuator.cancelled())
        .toList()
        .forEach(
            punctuator -> punctuator.getPunctuator().punctuate(clock.instant().toEpochMilli()));
  }

  boolean ticking() {
    return context.scheduledPunctuators().stream().anyMatch(p -> !p.cancelled());
  }

  boolean wantsCommit() {
    return context.committed();
  }

  /** The transaction ends well. */
  void commit() {
    context
        .forwarded()
        .forEach(
            forward -> {
              Record<?, ?> record = forward.record();
              outcomes.add(
                  new Outcome(
                      new String(record.headers().lastHeader("ce_id").value(), UTF_8),
                      forward.childName().orElseThrow(),
                      record.headers(),
                      new String((byte[]) record.value(), UTF_8)));
            });
    context.resetForwards();
    context.resetCommit();
    log.clear();
    try (KeyValueIterator<Bytes, byte[]> rows = store.all()) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        log.put(row.key, row.value);
      }
    }
    committedOffset = offset;
    commits.committed();
  }

  /** The task is taken away and given back, after a commit as in a rebalance, or after an abort. */
  void rebalance(boolean committed) {
    if (committed) {
      commit();
    }
    processor.close();
    open();
  }

  /** The task goes to another process; this one lives on, without it. */
  void moveAway() {
    commit();
    processor.close();
    startProcess();
  }

  /** As kill -9 does. */
  void crash() {
    startProcess();
  }

  /** To be called by a restoration during which the process dies. */
  void die() {
    dead = true;
  }

  boolean dead() {
    return dead;
  }

  /** Goes on until nothing happens any more; a process that dies is started again. */
  void settle() {
    for (int quiet = 0; quiet < 3; ) {
      boolean polled = poll();
      tick(Duration.ofSeconds(20));
      boolean wrote = wantsCommit();
      commit();
      boolean worked = false;
      while (workers.queued() > 0 && !dead) {
        workers.run(0);
        worked = true;
      }
      if (dead) {
        crash();
        worked = true;
      }
      quiet = polled || wrote || worked ? 0 : quiet + 1;
    }
  }

  List<String> restored() {
    return outcomes.stream().filter(Outcome::restored).map(o -> o.image().imageId()).toList();
  }

  List<RestorationFailed> letters() {
    return outcomes.stream().filter(o -> !o.restored()).map(Outcome::letter).toList();
  }

  static Run shared(int process) {
    return new Run("process-" + process, false);
  }

  static Run alone(int process) {
    return new Run("process-" + process, true);
  }

  static RestoredImage unchanged(ImageUploaded image) {
    return new RestoredImage(
        image.imageId(),
        RestoredImage.Outcome.UNCHANGED,
        "no-face",
        new RestoredImage.Source("photos", "k", "0".repeat(64), 10, 10),
        null,
        null,
        null,
        List.of(),
        Map.of(),
        new RestoredImage.Model("builtin-detail", "0".repeat(64), false, 2048, "fp32"),
        new RestoredImage.RuntimeInfo("cpu", "CPUExecutionProvider", "0", "test"),
        new RestoredImage.Timings(0, 0, 0, 0, 0, 0, 0, 0),
        null,
        Instant.EPOCH);
  }
}
