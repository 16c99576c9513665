package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.event.UploadEvents;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.stream.WorkerPool.TaskSlots;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.BiFunction;
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
 * The processor of one task on Kafka's {@link MockProcessorContext}, step by step, in one process
 * after another. What a transaction holds becomes visible when it commits and is lost when the
 * process dies. At every attempt it checks that the attempt's mark is committed.
 *
 * <p>Everything happens on the calling thread, workers included, in the order of the calls.
 */
final class ProcessorHarness {
  static final Duration TICK = Duration.ofMillis(20);
  static final Duration CALM = Duration.ofSeconds(30);
  static final Duration OUTAGE = Duration.ofHours(6);
  static final Duration OVERRUN = Duration.ofMinutes(20);
  static final int PERMITS = 4;
  static final int MAX_PENDING = 10;

  private static final UploadEvents UPLOADS = new UploadEvents();
  private static final EventJson JSON = new EventJson();
  private static final PendingCodec CODEC = new PendingCodec();

  /** What a read_committed consumer sees. */
  record Outcome(String eventId, String child, Headers headers, String json) {
    boolean restored() {
      return child.equals(RestorationTopology.RESTORED);
    }

    long offset() {
      return Long.parseLong(eventId.replaceAll("image-uploaded-0-([0-9]+)-[0-9]+", "$1"));
    }

    RestoredImage image() {
      return JSON.readRestored(json.getBytes(UTF_8));
    }

    RestorationFailed letter() {
      return JSON.readFailed(json.getBytes(UTF_8));
    }
  }

  final TestClock clock = new TestClock();

  /** The ids of images, in the order in which attempts at them began. */
  final List<String> attempts = new ArrayList<>();

  /** The committed outcomes. */
  final List<Outcome> outcomes = new ArrayList<>();

  /** Attempts without a committed mark. Thrown there, an error would only fail the attempt. */
  final List<String> violations = new ArrayList<>();

  /** The committed rows of the store. */
  final Map<Bytes, byte[]> rows = new TreeMap<>();

  /** Whether no photo can be read now. */
  boolean bucketsAway;

  private final BiFunction<ImageUploaded, StageClock, RestoredImage> restoration;
  private final RetryPolicy retry;
  private final OutcomeRecords outcomeRecords =
      new OutcomeRecords(new OutcomeMetrics(new SimpleMeterRegistry()), UPLOADS);
  private final List<String> topic = new ArrayList<>();
  private long committedOffset;
  private int processes;
  private Duration overfullWait = Duration.ZERO;

  // Of the current process.
  TestWorkers workers;
  WorkerPool pool;
  FetchGate fetchGate;
  TaskSlots otherTask;
  private CommitListeners commits;
  private long offset;
  private boolean dead;

  // Of the task's time in it.
  private RestorationProcessor processor;
  private MockProcessorContext<byte[], byte[]> context;
  private KeyValueStore<Bytes, byte[]> store;

  /** Has each image restored in its turn, with waits of at most {@code backoff} after failures. */
  ProcessorHarness(
      Duration backoff, BiFunction<ImageUploaded, StageClock, RestoredImage> restoration) {
    this.restoration = restoration;
    this.retry = new RetryPolicy(3, backoff, backoff, OUTAGE);
    startProcess();
  }

  /** As {@link #startProcess()}, with the wait where records arrive beyond the bound. */
  void startProcess(Duration wait) {
    overfullWait = wait;
    startProcess();
  }

  /** A new process gets the task. */
  void startProcess() {
    dead = false;
    workers = new TestWorkers();
    fetchGate = new FetchGate();
    commits = new CommitListeners();
    processes++;
    pool = new WorkerPool("process-" + processes, PERMITS, CALM, clock, workers, clock::photo);
    otherTask = pool.open();
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
            new StreamSettings(
                retry, new PoisonPillRule(2), MAX_PENDING, TICK, OVERRUN, overfullWait),
            pool,
            commits,
            fetchGate,
            UPLOADS,
            outcomeRecords,
            new PendingMetrics(new SimpleMeterRegistry(), pool, () -> false),
            new PhotoTracing(OpenTelemetry.noop(), InstantSource.system()));
    processor.init(context);
  }

  private RestoredImage restore(ImageUploaded image, StageClock photo) {
    if (!isMarked(image.imageId())) {
      violations.add("An attempt at " + image.imageId() + " was not committed before it began");
    }
    attempts.add(image.imageId());
    return restoration.apply(image, photo);
  }

  // Whether a committed mark says that this process works on an image of the id.
  private boolean isMarked(String imageId) {
    String name = imageId.substring(imageId.lastIndexOf('/') + 1);
    return rows.entrySet().stream()
        .filter(row -> !row.getKey().equals(PendingKey.crashes()))
        .filter(row -> PendingKey.read(row.getKey()).index() != PendingKey.RECORD)
        .filter(row -> topic.get((int) PendingKey.read(row.getKey()).offset()).contains(name))
        .flatMap(row -> CODEC.readState(row.getValue()).mark().stream())
        .anyMatch(mark -> mark.process().equals(pool.process()));
  }

  /** What is committed about the images of an id. */
  List<ImageState> states(String imageId) {
    MockProcessorContext<byte[], byte[]> reader =
        new MockProcessorContext<>(new Properties(), new TaskId(0, 0), null);
    return new PendingImages(committedStore(reader), UPLOADS, clock.instant())
        .all().stream()
            .filter(image -> image.image().imageId().equals(imageId))
            .map(PendingImage::state)
            .toList();
  }

  /** What is committed about the attempts at the images of an id. */
  List<AttemptHistory> histories(String imageId) {
    return states(imageId).stream().map(ImageState::history).toList();
  }

  /** The committed marks of the images of an id. */
  List<Optional<Mark>> marks(String imageId) {
    return states(imageId).stream().map(ImageState::mark).toList();
  }

  private KeyValueStore<Bytes, byte[]> committedStore(MockProcessorContext<byte[], byte[]> reader) {
    KeyValueStore<Bytes, byte[]> copy =
        RestorationTopology.pending(RestorationTopology.inMemory()).withLoggingDisabled().build();
    copy.init(reader.getStateStoreContext(), copy);
    rows.forEach(copy::put);
    return copy;
  }

  /** A record that asks for an image comes into the topic. */
  void upload(String imageId) {
    send(Uploads.event(imageId, "k"));
  }

  /** A record comes into the topic. */
  void send(String value) {
    topic.add(value);
  }

  /** The task gets its next record, if there is one and its partition is open. */
  boolean poll() {
    if (offset == topic.size() || !fetchGate.isOpen(new TopicPartition(Topics.IMAGE_UPLOADED, 0))) {
      return false;
    }
    pollAnyway();
    return true;
  }

  /** The task gets its next record, as from a consumer that cannot be paused. */
  void pollAnyway() {
    context.setRecordMetadata(Topics.IMAGE_UPLOADED, 0, offset);
    Headers headers = new RecordHeaders().add("origin", "phone".getBytes(UTF_8));
    processor.process(new Record<>(null, topic.get((int) offset).getBytes(UTF_8), 7, headers));
    offset++;
  }

  /** Images are uploaded, and the task gets each and commits. */
  void take(String... imageIds) {
    for (String imageId : imageIds) {
      upload(imageId);
      pollAnyway();
      commit();
    }
  }

  /** Time passes, and the task's punctuation runs if it is scheduled. */
  void tick(Duration time) {
    clock.advance(time);
    context.setCurrentSystemTimeMs(clock.instant().toEpochMilli());
    context.scheduledPunctuators().stream()
        .filter(punctuator -> !punctuator.cancelled())
        .toList()
        .forEach(
            punctuator -> punctuator.getPunctuator().punctuate(clock.instant().toEpochMilli()));
  }

  /** As {@link #tick}, followed by a commit. */
  void tickAndCommit(Duration time) {
    tick(time);
    commit();
  }

  /** Workers execute all that they have, and the task takes and commits the results. */
  void work() {
    workers.runAll();
    tickAndCommit(TICK);
  }

  boolean ticking() {
    return context.scheduledPunctuators().stream().anyMatch(p -> !p.cancelled());
  }

  boolean wantsCommit() {
    return context.committed();
  }

  /** The transaction commits, and the task learns of it. */
  void commit() {
    commitUnnoticed();
    commits.committed();
  }

  /** The transaction commits, and the task has not learned of it yet. */
  void commitUnnoticed() {
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
    rows.clear();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> row = all.next();
        rows.put(row.key, row.value);
      }
    }
    committedOffset = offset;
  }

  /** The service is told to stop, and waits for nothing. */
  void stop() {
    try {
      pool.drain(Duration.ZERO, Duration.ZERO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The task is closed and opened again, after a commit as in a rebalance, or after an abort. */
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

  /** The process is killed, and another one gets the task. */
  void crash() {
    startProcess();
  }

  /** For a restoration during which the process dies. */
  void die() {
    dead = true;
  }

  boolean dead() {
    return dead;
  }

  /** Goes on until nothing happens any more; a process that dies is started again. */
  void settle() {
    Duration step = Duration.ofSeconds(20).plus(retry.max());
    for (int quiet = 0; quiet < 3; ) {
      boolean polled = poll();
      tick(step);
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

  List<String> eventIds() {
    return outcomes.stream().map(Outcome::eventId).toList();
  }

  /** The mark of a process that had other photos too. */
  static Mark shared(int process) {
    return new Mark("process-" + process, false);
  }

  /** The mark of a process that had only this photo. */
  static Mark alone(int process) {
    return new Mark("process-" + process, true);
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
