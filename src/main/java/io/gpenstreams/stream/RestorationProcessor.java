package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.event.UploadEvents;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.stream.ImageState.Abandoned;
import io.gpenstreams.stream.ImageState.Attempted;
import io.gpenstreams.stream.ImageState.Marked;
import io.gpenstreams.stream.ImageState.Running;
import io.gpenstreams.stream.ImageState.Suspect;
import io.gpenstreams.stream.ImageState.Waiting;
import io.gpenstreams.stream.WorkerPool.Phase;
import io.gpenstreams.stream.WorkerPool.TaskSlots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;

/**
 * Produces the outcomes of every {@code image-uploaded} record: one for each image that it names,
 * or one dead letter if the record is invalid. The stream thread never waits for a photo.
 *
 * <ol>
 *   <li>{@link #process} puts a record's images into the pending store. The transaction that does
 *       so also consumes the record.
 *   <li>{@link #startAttempts} marks images: each row then says which process works on the image.
 *   <li>{@link #committed} runs after the commit, and only then gives the images to workers. So
 *       whatever a photo does to the process, its mark is in the store.
 *   <li>{@link #handle} takes a worker's result. It forwards the outcome and deletes the image, in
 *       one transaction, or writes down when to try again.
 *   <li>{@link #recover} runs once after {@link #init}. It looks at the marks that the task's
 *       former owner left, and decides whether a process died.
 * </ol>
 *
 * <p>All state belongs to the task's stream thread, which also calls {@link #committed}. Workers
 * see no more than an {@link ImageUploaded}.
 */
final class RestorationProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = Logger.getLogger(RestorationProcessor.class);

  // Where the consumer cannot be paused, records arrive beyond max-pending.
  private static final int OVERFULL = 2;

  private final BiFunction<ImageUploaded, StageClock, RestoredImage> restoration;
  private final Predicate<String> bucketAvailable;
  private final StreamSettings settings;
  private final WorkerPool pool;
  private final CommitListeners commits;
  private final FetchGate fetchGate;
  private final UploadEvents uploads;
  private final OutcomeRecords outcomes;
  private final PendingMetrics metrics;
  private final PhotoTracing tracing;
  private final OutcomeLog log = new OutcomeLog();
  private final Runnable onCommit = this::committed;
  // Images in the state Marked, in the order in which workers get them.
  private final List<PendingImage> marked = new ArrayList<>();

  private ProcessorContext<byte[], byte[]> context;
  private OutcomeForwarder forwarder;
  private TopicPartition partition;
  private TaskSlots slots;
  private PendingImages pending;
  private Cancellable ticks;
  private boolean recovered;
  // Whether marks that are committed were taken back in the open transaction.
  private boolean committedMarksRemain;
  private boolean waitedForResult;
  // Whether a dead letter was forwarded without asking for a commit.
  private boolean commitOnTick;

  RestorationProcessor(
      BiFunction<ImageUploaded, StageClock, RestoredImage> restoration,
      Predicate<String> bucketAvailable,
      StreamSettings settings,
      WorkerPool pool,
      CommitListeners commits,
      FetchGate fetchGate,
      UploadEvents uploads,
      OutcomeRecords outcomes,
      PendingMetrics metrics,
      PhotoTracing tracing) {
    this.restoration = restoration;
    this.bucketAvailable = bucketAvailable;
    this.settings = settings;
    this.pool = pool;
    this.commits = commits;
    this.fetchGate = fetchGate;
    this.uploads = uploads;
    this.outcomes = outcomes;
    this.metrics = metrics;
    this.tracing = tracing;
  }

  // Only reads: the store cannot be written before there is a record or a punctuation.
  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    forwarder = new OutcomeForwarder(context, outcomes, log);
    partition = new TopicPartition(Topics.IMAGE_UPLOADED, context.taskId().partition());
    slots = pool.open();
    pending = new PendingImages(context.getStateStore(RestorationTopology.PENDING), uploads, now());
    pool.addCrashes(pending.crashes());
    recovered = false;
    committedMarksRemain = false;
    waitedForResult = false;
    commitOnTick = false;
    marked.clear();
    ticks = null;
    commits.add(onCommit);
    scheduleTicks();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("An input record has no metadata"));
    PendingKey key =
        new PendingKey(
            metadata.topic(), metadata.partition(), metadata.offset(), PendingKey.RECORD);
    read(key, ProcessingTime.asSent(record));
    advance();
    if (pending.size() > OVERFULL * settings.maxPending() && !waitedForResult) {
      waitedForResult = true;
      AttemptResult result = slots.poll(settings.overfullWait());
      if (result != null && handle(result)) {
        context.commit();
      }
    }
  }

  private void read(PendingKey key, PendingRecord input) {
    Optional<RefusedRecord> refused = RecordLimits.check(input.value(), input.headers());
    if (refused.isPresent()) {
      forwarder.refused(key.origin(), input, refused.get());
      commitOnTick();
      return;
    }
    List<ImageUploaded> images;
    try {
      images = uploads.parse(input.value());
    } catch (RuntimeException e) {
      // Even for a bug there is no retry: it would meet the bug again, and so would other
      // processes.
      forwarder.failed(key.origin(), input, null, RestorationException.of(Stage.EVENT, e), 1);
      commitOnTick();
      return;
    }
    if (!images.isEmpty()) {
      pending.add(key, input.naming(images), now());
      scheduleTicks();
    }
  }

  // Not at once: many invalid records in a row would mean as many transactions.
  private void commitOnTick() {
    commitOnTick = true;
    scheduleTicks();
  }

  @Override
  public void close() {
    commits.remove(onCommit);
    marked.forEach(image -> slots.giveBack(image.state(Marked.class).attempt()));
    marked.clear();
    slots.close();
    fetchGate.setFull(partition, false);
  }

  // An idle task has no punctuation: each one would end in a transaction.
  private void scheduleTicks() {
    if (ticks == null) {
      ticks =
          context.schedule(
              settings.tick(),
              PunctuationType.WALL_CLOCK_TIME,
              time -> {
                if (commitOnTick) {
                  commitOnTick = false;
                  context.commit();
                }
                advance();
                if (pending.size() == 0) {
                  ticks.cancel();
                  ticks = null;
                }
              });
    }
  }

  /** Takes every step that can be taken now, and asks for a commit if it wrote something. */
  private void advance() {
    boolean wrote = recover();
    for (AttemptResult result = slots.poll(); result != null; result = slots.poll()) {
      wrote |= handle(result);
    }
    Phase phase = pool.phase();
    wrote |= phase == Phase.OPEN ? startAttempts() : windDown(phase);
    if (wrote) {
      context.commit();
    }
    publish();
  }

  /** Decides, once, about the images whose marks the task's former owner left. */
  private boolean recover() {
    if (recovered) {
      return false;
    }
    recovered = true;
    boolean wrote = pending.deleteOrphanRows();
    for (PendingImages.Damaged image : pending.takeDamaged()) {
      forwarder.failed(image.key().origin(), image.record(), null, image.failure(), 1);
      pending.remove(image);
      wrote = true;
    }
    Set<String> deadProcesses = new HashSet<>();
    List<PendingImage> suspects = new ArrayList<>();
    for (PendingImage image : pending.all()) {
      if (!(image.state() instanceof Abandoned abandoned)) {
        continue;
      }
      wrote = true;
      if (abandoned.left().process().equals(pool.process())) {
        pending.update(image, abandoned.interrupted());
      } else {
        pending.update(image, abandoned.died());
        deadProcesses.add(abandoned.left().process());
        suspects.add(image);
      }
    }
    if (!deadProcesses.isEmpty()) {
      LOG.warnf(
          "%s: %d images were in flight in %d processes that died or lost the task",
          context.taskId(), suspects.size(), deadProcesses.size());
      pending.crashes(pending.crashes().with(deadProcesses, now()));
      pool.addCrashes(pending.crashes());
      suspects.forEach(this::giveUpIfGuilty);
    }
    committedMarksRemain |= wrote;
    return wrote;
  }

  private void giveUpIfGuilty(PendingImage image) {
    List<Mark> deaths = image.history().deaths();
    if (settings.poisonPills().guilty(deaths, pool.crashes())) {
      String often = deaths.size() == 2 ? "twice" : deaths.size() + " times";
      giveUp(
          image,
          new RestorationException(
              ErrorCode.INTERNAL,
              Stage.RESTORE,
              "the process died " + often + " while working on it"));
      Set<String> explained = deaths.stream().map(Mark::process).collect(Collectors.toSet());
      pending.explainCrashes(explained);
      pool.explainCrashes(explained);
    }
  }

  /** Handles a result; returns false if its attempt is no longer this task's. */
  private boolean handle(AttemptResult result) {
    PendingImage image = pending.get(result.attempt().key());
    if (image == null
        || !(image.state() instanceof Running running)
        || running.attempt() != result.attempt()) {
      return false;
    }
    committedMarksRemain = true;
    if (result instanceof AttemptResult.Restored restored) {
      forwarder.restored(image, restored.event());
      pending.remove(image);
    } else if (result instanceof AttemptResult.Failed failed) {
      fail(image, running, failed);
    } else {
      pending.update(image, running.notBegun());
    }
    return true;
  }

  private void fail(PendingImage image, Running running, AttemptResult.Failed result) {
    if (result.isOfTheInstallation()) {
      Throwable failure = result.failure();
      LOG.errorf(
          failure, "This process restores no more photos, and ends: %s", failure.getMessage());
      pool.markBroken();
      pending.update(image, running.interrupted());
    } else {
      retry(image, running, RestorationException.of(Stage.RESTORE, result.failure()));
    }
  }

  private void retry(PendingImage image, Running running, RestorationException failure) {
    Instant now = now();
    Optional<Waiting> next =
        settings.retry().after(running, failure, now, ThreadLocalRandom.current());
    if (next.isPresent()) {
      Duration wait = Duration.between(now, next.get().history().notBefore());
      log.retried(
          image.key().origin(),
          image.image().imageId(),
          failure,
          running.history().attempts(),
          wait);
      metrics.retried(failure.code());
      pending.update(image, next.get());
    } else {
      giveUp(image, failure);
    }
  }

  private void giveUp(PendingImage image, RestorationException failure) {
    int attempts = Math.max(1, image.history().attempts());
    forwarder.failed(image.key().origin(), image.record(), image.image(), failure, attempts);
    pending.remove(image);
  }

  /** Marks the images that can be worked on, as far as permits go. */
  private boolean startAttempts() {
    Instant now = now();
    boolean calm = pool.calm();
    List<PendingImage> ready = new ArrayList<>();
    for (PendingImage image : pending.all()) {
      if (!(image.state() instanceof Waiting waiting)
          || !waiting.due(now)
          || !pending.first(image)) {
        continue;
      }
      if (!(waiting instanceof Suspect)) {
        ready.add(image);
      } else if (calm && bucketAvailable(image)) {
        if (slots.reserveAll()) {
          mark(image, true);
          return true;
        }
        // Until all permits are free, nothing else may begin.
        return false;
      }
    }
    slots.cancelReserveAll();
    // Photos that fail again and again must not delay those that are tried for the first time.
    ready.sort(Comparator.comparingInt(image -> image.history().attempts()));
    ready.removeIf(image -> !bucketAvailable(image));
    int permits = slots.reserve(ready.size());
    ready.subList(0, permits).forEach(image -> mark(image, false));
    return permits > 0;
  }

  private boolean bucketAvailable(PendingImage image) {
    return bucketAvailable.test(image.image().source().bucket());
  }

  private void mark(PendingImage image, boolean alone) {
    Attempt attempt = new Attempt(image.key(), new Mark(pool.process(), alone));
    pending.update(image, image.state(Waiting.class).marked(attempt));
    marked.add(image);
  }

  /** Takes back the marks of attempts that will not end before the process does. */
  private boolean windDown(Phase phase) {
    boolean wrote = !marked.isEmpty();
    for (PendingImage image : marked) {
      Marked state = image.state(Marked.class);
      slots.giveBack(state.attempt());
      pending.update(image, state.notBegun());
    }
    marked.clear();
    if (phase == Phase.RELEASING) {
      for (PendingImage image : pending.all()) {
        // A photo that hangs keeps its mark and becomes a suspect: it may hang the next process.
        if (image.state() instanceof Running running
            && pool.step(running.attempt()).compareTo(settings.overrun()) < 0) {
          pending.update(image, running.interrupted());
          wrote = true;
        }
      }
    }
    committedMarksRemain |= wrote;
    return wrote;
  }

  /** The transaction with everything written so far is committed. */
  private void committed() {
    waitedForResult = false;
    committedMarksRemain = false;
    for (PendingImage image : marked) {
      Attempt attempt = pending.committed(image);
      slots.start(attempt, photo -> restore(image.key(), image.image(), image.record(), photo));
    }
    marked.clear();
    publish();
  }

  // On a worker's thread.
  private RestoredEvent restore(
      PendingKey key, ImageUploaded upload, PendingRecord record, StageClock photo) {
    return tracing.trace(
        key.origin(),
        upload,
        record,
        photo,
        () -> outcomes.serialize(restoration.apply(upload, photo)));
  }

  private void publish() {
    int attempted = 0;
    int suspects = 0;
    long oldest = Long.MAX_VALUE;
    for (PendingImage image : pending.all()) {
      attempted += image.state() instanceof Attempted ? 1 : 0;
      suspects += image.history().suspect() ? 1 : 0;
      oldest = Math.min(oldest, image.history().arrived().toEpochMilli());
    }
    int marks = attempted + (committedMarksRemain ? 1 : 0);
    slots.publish(new TaskSnapshot(pending.size(), marks, suspects, oldest));
    fetchGate.setFull(partition, pending.size() >= settings.maxPending());
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
