package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.CloudEventHeaders;
import io.gpenstreams.event.DeadLetterHeaders;
import io.gpenstreams.event.DeadLetters;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.UploadEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;

/**
 * Gives every {@code image-uploaded} record its outcomes: one for each image it names, one dead
 * letter for a record that cannot be read. Runs on the stream thread, which waits for the photo;
 * outcomes and consumed offset become visible in one transaction. Nothing is forwarded before all
 * images of a record are done, so that a transaction is open for no longer than it takes to write
 * them.
 *
 * <p>All state belongs to the stream thread of the task.
 */
final class RestorationProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = Logger.getLogger(RestorationProcessor.class);

  private final Function<ImageUploaded, RestoredImage> restoration;
  private final RetryPolicy retry;
  private final OutcomeMetrics metrics;
  private final UploadEvents uploads = new UploadEvents();
  private final EventJson json = new EventJson();
  private final DeadLetters deadLetters = new DeadLetters();
  private final CloudEventHeaders cloudEvents = new CloudEventHeaders();
  private final DeadLetterHeaders deadLetterHeaders = new DeadLetterHeaders(cloudEvents);

  private ProcessorContext<byte[], byte[]> context;

  RestorationProcessor(
      Function<ImageUploaded, RestoredImage> restoration,
      RetryPolicy retry,
      OutcomeMetrics metrics) {
    this.restoration = restoration;
    this.retry = retry;
    this.metrics = metrics;
  }

  /**
   * What one image became.
   *
   * @param child the topology's node for it
   */
  private record Outcome(String child, Record<byte[], byte[]> record) {}

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    this.context = processorContext;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("An input record has no place"));
    List<Outcome> outcomes = new ArrayList<>();
    List<ImageUploaded> images;
    try {
      images = uploads.parse(record.value());
    } catch (RestorationException e) {
      images = List.of();
      outcomes.add(failed(record, origin(place, 0), null, e, 1));
    }
    for (ImageUploaded image : images) {
      outcomes.add(outcome(record, origin(place, outcomes.size()), image));
    }
    outcomes.forEach(outcome -> context.forward(outcome.record(), outcome.child()));
    context.commit();
  }

  private Outcome outcome(Record<byte[], byte[]> input, Origin origin, ImageUploaded image) {
    for (int attempt = 1; ; attempt++) {
      try {
        return restored(input, origin, restoration.apply(image));
      } catch (RestorationException e) {
        LOG.warnf(
            e, "%s, attempt %d at %s: %s", e.code(), attempt, origin.eventId(), e.getMessage());
        if (!e.code().retryable() || attempt >= retry.attempts()) {
          return failed(input, origin, image, e, attempt);
        }
        pause(retry.backoff(attempt, ThreadLocalRandom.current()));
      } catch (RuntimeException e) {
        LOG.errorf(e, "Attempt %d at %s", attempt, origin.eventId());
        if (attempt >= retry.attempts()) {
          RestorationException failure =
              new RestorationException(
                  ErrorCode.INTERNAL, Stage.RESTORE, "an error of the service: " + e, e);
          return failed(input, origin, image, failure, attempt);
        }
        pause(retry.backoff(attempt, ThreadLocalRandom.current()));
      }
    }
  }

  private Outcome restored(Record<byte[], byte[]> input, Origin origin, RestoredImage image) {
    metrics.restored(image);
    Headers headers =
        cloudEvents.of(
            origin,
            CloudEventHeaders.RESTORED_IMAGE,
            image.imageId(),
            image.restoredAt(),
            input.headers());
    return new Outcome(
        RestorationTopology.RESTORED,
        new Record<>(
            image.imageId().getBytes(UTF_8), json.write(image), input.timestamp(), headers));
  }

  private Outcome failed(
      Record<byte[], byte[]> input,
      Origin origin,
      ImageUploaded image,
      RestorationException failure,
      int attempts) {
    Instant now = Instant.now();
    RestorationFailed letter = deadLetters.letter(input.value(), image, failure, attempts, now);
    metrics.failed(letter);
    byte[] key = letter.imageId() == null ? null : letter.imageId().getBytes(UTF_8);
    Headers headers = deadLetterHeaders.of(origin, letter.imageId(), now, input.headers());
    return new Outcome(
        RestorationTopology.FAILED,
        new Record<>(key, json.write(letter), input.timestamp(), headers));
  }

  private static Origin origin(RecordMetadata place, int index) {
    return new Origin(place.topic(), place.partition(), place.offset(), index);
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The stream thread was interrupted", e);
    }
  }
}
