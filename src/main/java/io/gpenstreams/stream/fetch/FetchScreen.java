package io.gpenstreams.stream.fetch;

import io.gpenstreams.event.RefusedRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.Records;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;
import org.jboss.logging.Logger;

/**
 * Replaces the batches that a broker sent by batches that are safe to read. It checks only headers
 * and checksums; records are read later, when the consumer asks for them.
 *
 * <p>Guarded by the consumer's network lock.
 */
final class FetchScreen {
  private static final Logger LOG = Logger.getLogger(FetchScreen.class);
  private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(1);

  private final ReadBudget budget;
  // By partition, the first offset of a batch whose checksum was wrong once.
  private final Map<TopicPartition, Long> suspects = new HashMap<>();
  // When a partition was last reported as unreadable.
  private final Map<TopicPartition, Instant> complaints = new HashMap<>();

  FetchScreen(ReadBudget budget) {
    this.budget = budget;
  }

  /** Replaces the fetched batches of one partition. */
  void screen(TopicPartition partition, PartitionData fetched) {
    if (fetched.errorCode() == Errors.CORRUPT_MESSAGE.code()) {
      // The consumer would throw. This way it asks again, and reads its other partitions.
      complain(partition, "the broker cannot read it");
      fetched.setErrorCode(Errors.UNKNOWN_SERVER_ERROR.code());
      return;
    }
    Records records = FetchResponse.recordsOrFail(fetched);
    if (records.sizeInBytes() > 0) {
      fetched.setRecords(screened(partition, records, fetched.highWatermark()));
    }
  }

  private Records screened(TopicPartition partition, Records records, long highWatermark) {
    List<RecordBatch> batches = new ArrayList<>();
    Iterator<? extends RecordBatch> fetched = records.batches().iterator();
    RecordBatch batch = next(partition, fetched);
    if (batch == null) {
      complain(partition, "what the broker sends begins with no whole batch");
    }
    while (batch != null) {
      RecordBatch following = next(partition, fetched);
      if (batch.magic() < RecordBatch.MAGIC_VALUE_V2) {
        batches.add(
            refused(
                partition, batch, batch.lastOffset(), batch.lastOffset(), "it has an old format"));
      } else if (!batch.isValid()) {
        if (!cameTwice(partition, batch)) {
          break;
        }
        long end = following == null ? highWatermark : following.baseOffset();
        batches.add(
            refused(
                partition, batch, batch.baseOffset(), last(batch, end), "its checksum is wrong"));
        if (maybeMarker(batch)) {
          // The next fetch lists the aborted transactions again.
          break;
        }
      } else if (batch.isControlBatch()) {
        // Only brokers write them.
        batches.add(batch);
      } else if (!consistent(batch)) {
        batches.add(
            refused(
                partition,
                batch,
                batch.baseOffset(),
                batch.baseOffset(),
                "its header makes no sense"));
      } else {
        batches.add(readable(partition, (DefaultRecordBatch) batch));
      }
      batch = following;
    }
    return batches.isEmpty() ? MemoryRecords.EMPTY : new BoundedRecords(batches, budget);
  }

  private static RecordBatch next(
      TopicPartition partition, Iterator<? extends RecordBatch> batches) {
    try {
      return batches.hasNext() ? batches.next() : null;
    } catch (CorruptRecordException e) {
      LOG.debugf(e, "%s: what was fetched makes no sense from here on", partition);
      return null;
    }
  }

  private void complain(TopicPartition partition, String why) {
    Instant now = Instant.now();
    Instant last = complaints.get(partition);
    if (last == null || last.plus(BETWEEN_COMPLAINTS).isBefore(now)) {
      complaints.put(partition, now);
      LOG.errorf(
          "%s waits, because its log is damaged: %s. An operator has to restore it from a replica,"
              + " or to delete its records up to behind the damage",
          partition, why);
    }
  }

  // The first time, the network may have damaged it.
  private boolean cameTwice(TopicPartition partition, RecordBatch batch) {
    Long suspect = suspects.put(partition, batch.baseOffset());
    if (suspect == null || suspect != batch.baseOffset()) {
      return false;
    }
    suspects.remove(partition);
    return true;
  }

  private RecordBatch readable(TopicPartition partition, DefaultRecordBatch batch) {
    return new BoundedBatch(
        batch,
        batch.baseOffset(),
        batch.lastOffset(),
        true,
        buffers -> new BatchReader(batch, partition, budget, buffers));
  }

  private static RecordBatch refused(
      TopicPartition partition, RecordBatch batch, long first, long last, String why) {
    LOG.warnf(
        "%s: the batch of the offsets %d to %d becomes dead letters: %s",
        partition, first, last, why);
    RefusedRecord refused = RefusedRecord.unreadable("The record's batch cannot be read: " + why);
    // Its own timestamp may be damaged too.
    long now = System.currentTimeMillis();
    return new BoundedBatch(
        batch,
        first,
        last,
        hasHeader(batch),
        buffers -> reader(first, last, now, refused, buffers));
  }

  private static CloseableIterator<Record> reader(
      long first, long last, long now, RefusedRecord refused, BufferSupplier unused) {
    return new RefusedBatchReader(first, last, now, refused);
  }

  /** The last offset in a damaged header, if it is plausible: before {@code end}. */
  private static long last(RecordBatch batch, long end) {
    long claimed = hasHeader(batch) ? batch.lastOffset() : batch.baseOffset();
    return Math.max(batch.baseOffset(), Math.min(claimed, end - 1));
  }

  private static boolean maybeMarker(RecordBatch batch) {
    return hasHeader(batch) && batch.isControlBatch();
  }

  private static boolean hasHeader(RecordBatch batch) {
    return batch.magic() >= RecordBatch.MAGIC_VALUE_V2
        && batch.sizeInBytes() >= DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
  }

  private static boolean consistent(RecordBatch batch) {
    long offsets = batch.lastOffset() - batch.baseOffset() + 1;
    return batch.countOrNull() >= 0 && batch.countOrNull() <= offsets;
  }
}
