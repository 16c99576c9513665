package io.gpenstreams.stream.fetch;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.network.TransferableChannel;
import org.apache.kafka.common.record.BaseRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.Records;
import org.apache.kafka.common.record.RecordsSend;
import org.apache.kafka.common.utils.AbstractIterator;

/**
 * Fetched batches that end early when the poll has decompressed enough. The consumer then fetches
 * the rest again.
 */
final class BoundedRecords implements Records {
  private final List<RecordBatch> batches;
  private final ReadBudget budget;

  BoundedRecords(List<RecordBatch> batches, ReadBudget budget) {
    this.batches = batches;
    this.budget = budget;
  }

  @Override
  public Iterable<RecordBatch> batches() {
    return BatchIterator::new;
  }

  // The consumer treats bytes without batches as an error.
  @Override
  public int sizeInBytes() {
    return budget.exhausted() ? 0 : batches.stream().mapToInt(RecordBatch::sizeInBytes).sum();
  }

  @Override
  public Optional<RecordBatch> lastBatch() {
    return batches.isEmpty() ? Optional.empty() : Optional.of(batches.get(batches.size() - 1));
  }

  @Override
  public boolean hasMatchingMagic(byte magic) {
    return batches.stream().allMatch(batch -> batch.magic() == magic);
  }

  @Override
  public Iterable<Record> records() {
    return () ->
        batches.stream()
            .flatMap(batch -> StreamSupport.stream(batch.spliterator(), false))
            .iterator();
  }

  @Override
  public AbstractIterator<RecordBatch> batchIterator() {
    throw onlyRead();
  }

  @Override
  public Records slice(int position, int size) {
    throw onlyRead();
  }

  @Override
  public int writeTo(TransferableChannel channel, int position, int length) {
    throw onlyRead();
  }

  @Override
  public RecordsSend<? extends BaseRecords> toSend() {
    throw onlyRead();
  }

  private static UnsupportedOperationException onlyRead() {
    return new UnsupportedOperationException("A consumer's batches are read and never sent");
  }

  private final class BatchIterator implements Iterator<RecordBatch> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < batches.size() && !budget.exhausted();
    }

    @Override
    public RecordBatch next() {
      if (next == batches.size()) {
        throw new NoSuchElementException();
      }
      return batches.get(next++);
    }
  }
}
