package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RefusedRecord;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Logs each outcome of a task, and forwards it to its topic in the open transaction. Belongs to the
 * task's stream thread.
 */
final class OutcomeForwarder {
  private final ProcessorContext<byte[], byte[]> context;
  private final OutcomeRecords records;
  private final OutcomeLog log;

  OutcomeForwarder(
      ProcessorContext<byte[], byte[]> context, OutcomeRecords records, OutcomeLog log) {
    this.context = context;
    this.records = records;
    this.log = log;
  }

  /** The image is restored, or left unchanged. */
  void restored(PendingImage image, RestoredEvent event) {
    Origin origin = image.key().origin();
    context.forward(
        records.restored(origin, image.record(), event, now()), RestorationTopology.RESTORED);
    log.restored(origin, event.image());
  }

  /**
   * The image or its whole record is given up.
   *
   * @param image null if the record names no image
   * @param attempts how many there were, at least 1
   */
  void failed(
      Origin origin,
      PendingRecord record,
      ImageUploaded image,
      RestorationException failure,
      int attempts) {
    log.givenUp(origin, image == null ? null : image.imageId(), failure, attempts);
    context.forward(
        records.failed(origin, record, image, failure, attempts, now()),
        RestorationTopology.FAILED);
  }

  /** The record is over the limits or unreadable. */
  void refused(Origin origin, PendingRecord record, RefusedRecord refused) {
    ErrorCode code =
        switch (refused.reason()) {
          case TOO_LARGE -> ErrorCode.EVENT_TOO_LARGE;
          case UNREADABLE -> ErrorCode.INVALID_EVENT;
        };
    RestorationException failure = new RestorationException(code, Stage.EVENT, refused.message());
    log.givenUp(origin, null, failure, 1);
    context.forward(
        records.refused(origin, record.withoutHeaders(), refused, failure, now()),
        RestorationTopology.FAILED);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
