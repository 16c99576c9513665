package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.CloudEventHeaders;
import io.gpenstreams.event.DeadLetterHeaders;
import io.gpenstreams.event.DeadLetters;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.stream.Finished.Restored;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes the records that say what became of images, and counts them. Safe for any number of
 * threads.
 */
final class Outcomes {
  private final OutcomeMetrics metrics;
  private final EventJson json = new EventJson();
  private final DeadLetters deadLetters = new DeadLetters();
  private final CloudEventHeaders cloudEvents = new CloudEventHeaders();
  private final DeadLetterHeaders deadLetterHeaders = new DeadLetterHeaders(cloudEvents);

  Outcomes(OutcomeMetrics metrics) {
    this.metrics = metrics;
  }

  /** The result's event, for the worker that made it. */
  Restored written(RestoredImage image) {
    return new Restored(image, json.write(image));
  }

  Record<byte[], byte[]> restored(Origin origin, PendingRecord input, Restored result) {
    RestoredImage image = result.image();
    metrics.restored(image);
    Headers headers =
        cloudEvents.of(
            origin,
            CloudEventHeaders.RESTORED_IMAGE,
            image.imageId(),
            image.restoredAt(),
            input.headers());
    return new Record<>(image.imageId().getBytes(UTF_8), result.json(), input.timestamp(), headers);
  }

  /**
   * A dead letter.
   *
   * @param image null if the record does not name any
   */
  Record<byte[], byte[]> failed(
      Origin origin,
      PendingRecord input,
      ImageUploaded image,
      RestorationException failure,
      int attempts,
      Instant now) {
    RestorationFailed letter = deadLetters.letter(input.value(), image, failure, attempts, now);
    metrics.failed(letter);
    byte[] key = letter.imageId() == null ? null : letter.imageId().getBytes(UTF_8);
    Headers headers = deadLetterHeaders.of(origin, letter.imageId(), now, input.headers());
    return new Record<>(key, json.write(letter), input.timestamp(), headers);
  }
}
