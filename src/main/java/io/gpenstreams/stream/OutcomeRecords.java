package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.CloudEventHeaders;
import io.gpenstreams.event.DeadLetterHeaders;
import io.gpenstreams.event.DeadLetters;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.OriginalTimestamp;
import io.gpenstreams.event.RefusedRecord;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.TraceContext;
import io.gpenstreams.event.UploadEvents;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes the records of {@code restored-image} and {@code image-restoration-failed}, and counts
 * them. Safe for any number of threads.
 */
final class OutcomeRecords {
  private final OutcomeMetrics metrics;
  private final EventJson json = new EventJson();
  private final DeadLetters deadLetters;
  private final TraceContext traceContext = new TraceContext();
  private final CloudEventHeaders cloudEvents = new CloudEventHeaders();
  private final DeadLetterHeaders deadLetterHeaders = new DeadLetterHeaders(cloudEvents);

  OutcomeRecords(OutcomeMetrics metrics, UploadEvents uploads) {
    this.metrics = metrics;
    this.deadLetters = new DeadLetters(uploads);
  }

  /** The event of a restored image, on the worker's thread. */
  RestoredEvent serialize(RestoredImage image) {
    return new RestoredEvent(image, json.write(image));
  }

  /**
   * The record of a restored image.
   *
   * @param now the record's time
   */
  Record<byte[], byte[]> restored(
      Origin origin, PendingRecord input, RestoredEvent result, Instant now) {
    RestoredImage image = result.image();
    metrics.restored(image, latency(origin, input, now));
    Headers headers =
        cloudEvents.of(
            origin,
            CloudEventHeaders.RESTORED_IMAGE,
            image.imageId(),
            image.restoredAt(),
            result.trace());
    return record(image.imageId(), result.json(), input, now, headers);
  }

  /**
   * A dead letter.
   *
   * @param image null if the record could not be parsed
   * @param now the record's time
   */
  Record<byte[], byte[]> failed(
      Origin origin,
      PendingRecord input,
      ImageUploaded image,
      RestorationException failure,
      int attempts,
      Instant now) {
    return failed(
        origin,
        input,
        deadLetters.letter(origin, input.value(), image, failure, attempts, now),
        now);
  }

  /** The dead letter of a record that is over the limits or unreadable. */
  Record<byte[], byte[]> refused(
      Origin origin,
      PendingRecord input,
      RefusedRecord refused,
      RestorationException failure,
      Instant now) {
    return failed(origin, input, deadLetters.letter(origin, refused, failure, now), now);
  }

  private Record<byte[], byte[]> failed(
      Origin origin, PendingRecord input, RestorationFailed letter, Instant now) {
    metrics.failed(letter, latency(origin, input, now));
    Headers headers =
        deadLetterHeaders.of(origin, letter.imageId(), now, input.headers(), input.images().size());
    if (headers.lastHeader(TraceContext.TRACEPARENT) == null) {
      traceContext.copy(input.trace(), headers);
    }
    return record(letter.imageId(), json.write(letter), input, now, headers);
  }

  // Since the upload time in the event, else since the record's timestamp; null without either.
  private static Duration latency(Origin origin, PendingRecord input, Instant now) {
    Instant uploaded =
        origin.index() < input.images().size()
            ? input.images().get(origin.index()).uploadedAt()
            : null;
    if (uploaded != null) {
      return Duration.between(uploaded, now);
    }
    return input.timestamp() < 0
        ? null
        : Duration.between(Instant.ofEpochMilli(input.timestamp()), now);
  }

  private static Record<byte[], byte[]> record(
      String imageId, byte[] value, PendingRecord input, Instant now, Headers headers) {
    OriginalTimestamp.add(headers, input.timestamp());
    byte[] key = imageId == null ? null : imageId.getBytes(UTF_8);
    return new Record<>(key, value, now.toEpochMilli(), headers);
  }
}
