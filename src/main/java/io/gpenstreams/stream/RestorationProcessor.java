package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.event.UploadEvents;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.stream.Desk.Tally;
import io.gpenstreams.stream.Progress.Run;
import io.gpenstreams.stream.Workshop.Phase;
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
 * Gives every {@code image-uploaded} record its outcomes: one for each image it names, one dead
 * letter for a record that cannot be read. The stream thread never waits for a photo.
 *
 * <ol>
 *   <li>A record's images go into the pending store, in the transaction that consumes the record.
 *   <li>An attempt is written into the store. When that is committed, and not before, a worker is
 *       told of it: whatever the photo does to the process, the attempt is known.
 *   <li>What workers finish is taken in by the stream thread, which forwards the outcome and
 *       deletes the image from the store, in one transaction; or writes down when to try again.
 *   <li>At a start, images whose attempts nobody ended are handed out again.
 * </ol>
 *
 * <p>All state belongs to the task's stream thread; {@link #committed} is called on it too. Workers
 * see no more than an {@link ImageUploaded}.
 */
final class RestorationProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = Logger.getLogger(RestorationProcessor.class);

  // Where the consumer cannot be held back, records come beyond the bound.
  private static final int OVERFULL = 2;

  private final BiFunction<ImageUploaded, StageClock, RestoredImage> restoration;
  private final Predicate<String> buckets;
  private final StreamSettings settings;
  private final Workshop workshop;
  private final Commits commits;
  private final Intake intake;
  private final Outcomes outcomes;
  private final PendingMetrics metrics;
  private final PhotoTracing tracing;
  private final UploadEvents uploads = new UploadEvents();
  private final OutcomeLog log = new OutcomeLog();
  private final Runnable onCommit = this::committed;
  private final List<PendingImage> starting = new ArrayList<>();

  private ProcessorContext<byte[], byte[]> context;
  private TopicPartition partition;
  private Desk desk;
  private Pending pending;
  private Cancellable ticks;
  private boolean recovered;
  // Whether the store, as committed, says more of attempts than is so.
  private boolean unsettled;
  private boolean waited;
  // Whether a dead letter was forwarded that no commit has been asked for.
  private boolean untold;

  RestorationProcessor(
      BiFunction<ImageUploaded, StageClock, RestoredImage> restoration,
      Predicate<String> buckets,
      StreamSettings settings,
      Workshop workshop,
      Commits commits,
      Intake intake,
      Outcomes outcomes,
      PendingMetrics metrics,
      PhotoTracing tracing) {
    this.restoration = restoration;
    this.buckets = buckets;
    this.settings = settings;
    this.workshop = workshop;
    this.commits = commits;
    this.intake = intake;
    this.outcomes = outcomes;
    this.metrics = metrics;
    this.tracing = tracing;
  }

  // Only reads: a store cannot be written before there is a record or a punctuation.
  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    partition = new TopicPartition(Topics.IMAGE_UPLOADED, context.taskId().partition());
    desk = workshop.open();
    pending = new Pending(context.getStateStore(RestorationTopology.PENDING), now());
    workshop.learn(pending.crashes());
    recovered = false;
    unsettled = false;
    waited = false;
    untold = false;
    starting.clear();
    ticks = null;
    commits.listen(onCommit);
    tick();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("An input record has no place"));
    PendingKey key =
        new PendingKey(place.topic(), place.partition(), place.offset(), PendingKey.RECORD);
    takeIn(key, IntakeTime.asItCame(record));
    work();
    if (pending.size() > OVERFULL * settings.maxPending() && !waited) {
      waited = true;
      Finished finished = desk.poll(settings.slice());
      if (finished != null && finish(finished)) {
        context.commit();
      }
    }
  }

  private void takeIn(PendingKey key, PendingRecord input) {
    Optional<RefusedRecord> refused = RecordLimits.check(input.value(), input.headers());
    if (refused.isPresent()) {
      refuse(key.origin(), input, refused.get());
      return;
    }
    List<ImageUploaded> images;
    try {
      images = uploads.parse(input.value());
    } catch (RestorationException e) {
      deadLetter(key.origin(), input, null, e, 1);
      tellSoon();
      return;
    } catch (RuntimeException e) {
      // An error of ours, but the next attempt would make it again, and so would every process.
      deadLetter(key.origin(), input, null, known(Stage.EVENT, e), 1);
      tellSoon();
      return;
    }
    if (!images.isEmpty()) {
      pending.add(key, input.naming(images), now());
      tick();
    }
  }

  private void refuse(Origin origin, PendingRecord input, RefusedRecord refused) {
    ErrorCode code =
        switch (refused.reason()) {
          case TOO_LARGE -> ErrorCode.EVENT_TOO_LARGE;
          case UNREADABLE -> ErrorCode.INVALID_EVENT;
        };
    RestorationException failure = new RestorationException(code, Stage.EVENT, refused.message());
    log.givenUp(origin, null, failure, 1);
    forward(
        RestorationTopology.FAILED,
        outcomes.refused(origin, input.withoutHeaders(), refused, failure, now()));
    tellSoon();
  }

  // Not at once: a flood of records that are no events would be as many transactions.
  private void tellSoon() {
    untold = true;
    tick();
  }

  @Override
  public void close() {
    commits.forget(onCommit);
    starting.forEach(image -> desk.giveBack(image.job()));
    starting.clear();
    desk.close();
    intake.full(partition, false);
  }

  // An idle task has no punctuation: each would end in a transaction.
  private void tick() {
    if (ticks == null) {
      ticks =
          context.schedule(
              settings.tick(),
              PunctuationType.WALL_CLOCK_TIME,
              time -> {
                if (untold) {
                  untold = false;
                  context.commit();
                }
                work();
                if (pending.size() == 0) {
                  ticks.cancel();
                  ticks = null;
                }
              });
    }
  }

  private void work() {
    boolean wrote = recover();
    for (Finished finished = desk.poll(); finished != null; finished = desk.poll()) {
      wrote |= finish(finished);
    }
    Phase phase = workshop.phase();
    wrote |= phase == Phase.OPEN ? startReady() : windDown(phase);
    if (wrote) {
      context.commit();
    }
    publish();
  }

  /** Makes out which attempts the last owner of this task did not end, and why. */
  private boolean recover() {
    if (recovered) {
      return false;
    }
    recovered = true;
    boolean wrote = pending.sweep();
    for (Pending.Lost lost : pending.takeLost()) {
      deadLetter(lost.key().origin(), lost.record(), null, lost.why(), 1);
      pending.remove(lost);
      wrote = true;
    }
    Set<String> dead = new HashSet<>();
    List<PendingImage> died = new ArrayList<>();
    for (PendingImage image : pending.all()) {
      Run run = image.progress().run();
      if (run == null) {
        continue;
      }
      wrote = true;
      if (run.process().equals(workshop.process())) {
        pending.unmark(image, image.progress().interrupted());
      } else {
        pending.unmark(image, image.progress().died());
        dead.add(run.process());
        died.add(image);
      }
    }
    if (!dead.isEmpty()) {
      LOG.warnf(
          "%s: %d images were in the hands of %d processes that ended without a word",
          context.taskId(), died.size(), dead.size());
      pending.crashes(pending.crashes().with(dead, now()));
      workshop.learn(pending.crashes());
      died.forEach(this::giveUpIfGuilty);
    }
    unsettled |= wrote;
    return wrote;
  }

  private void giveUpIfGuilty(PendingImage image) {
    List<Run> deaths = image.progress().deaths();
    if (settings.crashes().guilty(deaths, workshop.crashes())) {
      String often = deaths.size() == 2 ? "twice" : deaths.size() + " times";
      giveUp(
          image,
          new RestorationException(
              ErrorCode.INTERNAL,
              Stage.RESTORE,
              "the process died " + often + " while working on it"));
      Set<String> explained = deaths.stream().map(Run::process).collect(Collectors.toSet());
      pending.explained(explained);
      workshop.explained(explained);
    }
  }

  /** Takes a result in; false if nobody waits for it. */
  private boolean finish(Finished finished) {
    PendingImage image = pending.get(finished.job().key());
    if (image == null || image.job() != finished.job()) {
      return false;
    }
    unsettled = true;
    if (finished.result() != null) {
      forward(
          RestorationTopology.RESTORED,
          outcomes.restored(image.key().origin(), image.record(), finished.result(), now()));
      log.restored(image.key().origin(), finished.result().image());
      pending.remove(image);
    } else if (finished.failure() == null) {
      pending.unmark(image, image.progress().calledOff());
    } else if (aboutTheInstallation(finished.failure())) {
      LOG.errorf(finished.failure(), "The service cannot go on");
      workshop.breakDown();
      pending.unmark(image, image.progress().interrupted());
    } else {
      retry(image, known(Stage.RESTORE, finished.failure()));
    }
    return true;
  }

  private void retry(PendingImage image, RestorationException failure) {
    Progress progress = image.progress();
    Instant now = now();
    Optional<Progress> next =
        settings.retry().after(progress, failure, now, ThreadLocalRandom.current());
    if (next.isPresent()) {
      Duration wait = Duration.between(now, next.get().notBefore());
      log.retried(
          image.key().origin(), image.image().imageId(), failure, progress.attempts(), wait);
      metrics.retried(failure.code());
      pending.unmark(image, next.get());
    } else {
      giveUp(image, failure);
    }
  }

  private void giveUp(PendingImage image, RestorationException failure) {
    int attempts = Math.max(1, image.progress().attempts());
    deadLetter(image.key().origin(), image.record(), image.image(), failure, attempts);
    pending.remove(image);
  }

  private void deadLetter(
      Origin origin,
      PendingRecord record,
      ImageUploaded image,
      RestorationException failure,
      int attempts) {
    log.givenUp(origin, image == null ? null : image.imageId(), failure, attempts);
    forward(
        RestorationTopology.FAILED,
        outcomes.failed(origin, record, image, failure, attempts, now()));
  }

  /** Writes down attempts at what can be worked on and has a place. */
  private boolean startReady() {
    Instant now = now();
    boolean calm = workshop.calm();
    List<PendingImage> ready = new ArrayList<>();
    for (PendingImage image : pending.all()) {
      if (!image.ready(now) || !pending.first(image)) {
        continue;
      }
      if (!image.progress().suspect()) {
        ready.add(image);
      } else if (calm && buckets.test(image.image().source().bucket())) {
        if (desk.reserveAlone()) {
          mark(image, true);
          return true;
        }
        // The workshop empties; nothing else may begin.
        return false;
      }
    }
    desk.cancelAlone();
    // Photos that fail again and again must not keep those back that are tried for the first time.
    ready.sort(Comparator.comparingInt(image -> image.progress().attempts()));
    ready.removeIf(image -> !buckets.test(image.image().source().bucket()));
    int places = desk.reserve(ready.size());
    ready.subList(0, places).forEach(image -> mark(image, false));
    return places > 0;
  }

  private void mark(PendingImage image, boolean alone) {
    pending.mark(
        image,
        image.progress().begun(new Run(workshop.process(), alone)),
        new Job(image.key(), alone));
    starting.add(image);
  }

  /** Writes down that attempts are given up which will not end before the process does. */
  private boolean windDown(Phase phase) {
    boolean wrote = !starting.isEmpty();
    for (PendingImage image : starting) {
      desk.giveBack(image.job());
      pending.unmark(image, image.progress().calledOff());
    }
    starting.clear();
    if (phase == Phase.RELEASING) {
      for (PendingImage image : pending.all()) {
        // What hangs stays under suspicion, or it would hang the next process too.
        if (image.job() != null && workshop.step(image.job()).compareTo(settings.overrun()) < 0) {
          pending.unmark(image, image.progress().interrupted());
          wrote = true;
        }
      }
    }
    unsettled |= wrote;
    return wrote;
  }

  /** All that was written is in the log for good. */
  private void committed() {
    waited = false;
    unsettled = false;
    for (PendingImage image : starting) {
      ImageUploaded upload = image.image();
      desk.start(
          image.job(),
          photo ->
              tracing.trace(
                  image.key().origin(),
                  upload,
                  image.record(),
                  photo,
                  () -> outcomes.written(restoration.apply(upload, photo))));
    }
    starting.clear();
    publish();
  }

  private void publish() {
    int marked = 0;
    int suspects = 0;
    long oldest = Long.MAX_VALUE;
    for (PendingImage image : pending.all()) {
      marked += image.job() == null ? 0 : 1;
      suspects += image.progress().suspect() ? 1 : 0;
      oldest = Math.min(oldest, image.progress().arrived().toEpochMilli());
    }
    desk.say(new Tally(pending.size(), marked + (unsettled ? 1 : 0), suspects, oldest));
    intake.full(partition, pending.size() >= settings.maxPending());
  }

  private void forward(String child, Record<byte[], byte[]> outcome) {
    context.forward(outcome, child);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private static boolean aboutTheInstallation(Throwable failure) {
    return failure instanceof Error
        && !(failure instanceof OutOfMemoryError)
        && !(failure instanceof StackOverflowError)
        && !(failure instanceof AssertionError);
  }

  private static RestorationException known(Stage stage, Throwable failure) {
    if (failure instanceof RestorationException known) {
      return known;
    }
    if (failure instanceof OutOfMemoryError) {
      return new RestorationException(
          ErrorCode.OUT_OF_MEMORY, stage, "the photo needs more memory than is free", failure);
    }
    return new RestorationException(
        ErrorCode.INTERNAL, stage, "an error of the service: " + failure, failure);
  }
}
