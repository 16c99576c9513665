package io.gpenstreams.stream.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.ControlRecordType;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.EndTransactionMarker;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.Records;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;
import org.junit.jupiter.api.Test;

class FetchScreenTest {
  private static final long HIGH_WATERMARK = 1000;

  private final ReadBudget budget = new ReadBudget();
  private final FetchScreen screen = new FetchScreen(budget);

  @Test
  void soundBatchesKeepTheirPlaceAndHeader() {
    byte[] first = batch(5, "a", "b");
    byte[] second = batch(7, "c");
    Records screened = screen(first, second);

    assertThat(offsets(screened)).containsExactly(5L, 6L, 7L);
    assertThat(screened.sizeInBytes()).isEqualTo(first.length + second.length);
    RecordBatch batch = screened.batches().iterator().next();
    RecordBatch fetched = Batches.batch(first);
    assertThat(batch.baseOffset()).isEqualTo(5);
    assertThat(batch.nextOffset()).isEqualTo(7);
    assertThat(batch.partitionLeaderEpoch()).isEqualTo(fetched.partitionLeaderEpoch());
    assertThat(batch.timestampType()).isEqualTo(fetched.timestampType());
    assertThat(batch.hasProducerId()).isFalse();
  }

  @Test
  void transactionsKeepTheirProducer() {
    MemoryRecords sent =
        MemoryRecords.withTransactionalRecords(
            3L, Compression.NONE, 99L, (short) 2, 0, 4, new SimpleRecord(bytes("a")));
    RecordBatch batch = screen(sent).batches().iterator().next();
    assertThat(batch.isTransactional()).isTrue();
    assertThat(batch.hasProducerId()).isTrue();
    assertThat(batch.producerId()).isEqualTo(99);
  }

  @Test
  void controlBatchesPass() {
    RecordBatch batch = screen(marker()).batches().iterator().next();
    assertThat(batch.isControlBatch()).isTrue();
    assertThat(ControlRecordType.parse(batch.iterator().next().key()))
        .isEqualTo(ControlRecordType.ABORT);
  }

  @Test
  void aDamagedBatchIsFetchedASecondTimeAndThenRefused() {
    byte[] before = batch(0, "a");
    byte[] damaged = batch(1, "b", "c", "d");
    damaged[damaged.length - 1] ^= 1;
    byte[] after = batch(4, "e");

    assertThat(offsets(screen(before, damaged, after))).containsExactly(0L);

    List<Record> records = Batches.read(screen(damaged, after));
    assertThat(records).extracting(Record::offset).containsExactly(1L, 2L, 3L, 4L);
    assertThat(records.subList(0, 3))
        .allSatisfy(
            record -> {
              assertThat(refused(record))
                  .contains(
                      RefusedRecord.unreadable(
                          "The record's batch cannot be read: its checksum is wrong"));
              assertThat(record.timestamp()).isPositive();
            });
    assertThat(refused(records.get(3))).isEmpty();
  }

  @Test
  void aBatchThatWasDamagedOnItsWayIsReadFromTheSecondFetch() {
    byte[] sound = batch(0, "a");
    byte[] damaged = sound.clone();
    damaged[damaged.length - 1] ^= 1;

    assertThat(screen(damaged).sizeInBytes()).isZero();
    assertThat(Batches.read(screen(sound)))
        .allSatisfy(record -> assertThat(refused(record)).isEmpty());
  }

  @Test
  void aDamagedHeaderClaimsNothingBeyondTheNextBatchOrTheEnd() {
    byte[] damaged = batch(1, "b");
    ByteBuffer.wrap(damaged).putInt(DefaultRecordBatch.LAST_OFFSET_DELTA_OFFSET, Integer.MAX_VALUE);
    byte[] after = batch(4, "e");
    screen(damaged, after);
    assertThat(offsets(screen(damaged, after))).containsExactly(1L, 2L, 3L, 4L);

    screen(damaged);
    assertThat(offsets(screen(damaged))).hasSize((int) HIGH_WATERMARK - 1);

    ByteBuffer.wrap(damaged).putInt(DefaultRecordBatch.LAST_OFFSET_DELTA_OFFSET, -7);
    screen(damaged);
    assertThat(offsets(screen(damaged))).containsExactly(1L);
  }

  @Test
  void behindADamagedMarkerTheNextFetchBegins() {
    byte[] damaged = new byte[marker().sizeInBytes()];
    marker().buffer().get(damaged);
    damaged[damaged.length - 1] ^= 1;
    byte[] after = batch(4, "e");
    screen(damaged, after);
    Records screened = screen(damaged, after);
    assertThat(offsets(screened)).containsExactly(3L);
    assertThat(screened.batches().iterator().next().isControlBatch()).isFalse();
  }

  @Test
  void aHeaderThatCannotBeTrueIsRefusedAtOnce() {
    byte[] batch = batch(1, "a");
    ByteBuffer.wrap(batch).putInt(DefaultRecordBatch.RECORDS_COUNT_OFFSET, 2);
    assertThat(Batches.read(screen(Batches.sealed(batch))))
        .singleElement()
        .satisfies(record -> assertThat(refused(record)).isPresent());
  }

  @Test
  void anEmptyBatchThatCompactionLeftIsPassedOver() {
    ByteBuffer empty = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
    DefaultRecordBatch.writeEmptyHeader(
        empty,
        RecordBatch.MAGIC_VALUE_V2,
        99,
        (short) 1,
        0,
        5,
        9,
        1,
        TimestampType.CREATE_TIME,
        0,
        false,
        false);
    Records screened = screen(empty.array());
    assertThat(offsets(screened)).isEmpty();
    assertThat(screened.batches().iterator().next().nextOffset()).isEqualTo(10);
  }

  @Test
  void anOldFormatIsRefused() {
    MemoryRecords old =
        MemoryRecords.withRecords(
            RecordBatch.MAGIC_VALUE_V1,
            6,
            Compression.gzip().build(),
            new SimpleRecord(bytes("a")));
    assertThat(Batches.read(screen(old)))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.offset()).isEqualTo(6);
              assertThat(refused(record)).isPresent();
            });
  }

  @Test
  void bytesThatAreNoBatchEndWhatWasFetched() {
    byte[] sound = batch(0, "a");
    assertThat(offsets(screen(sound, Batches.withLength(batch(1, "b"), 3)))).containsExactly(0L);
    assertThat(screen(Batches.withLength(batch(1, "b"), 3)).sizeInBytes()).isZero();
    assertThat(screen(Batches.withLength(batch(1, "b"), 1 << 30)).sizeInBytes()).isZero();
  }

  @Test
  void whatABrokerCannotReadDoesNotEndTheConsumer() {
    PartitionData fetched = new PartitionData().setErrorCode(Errors.CORRUPT_MESSAGE.code());
    screen.screen(Batches.PLACE, fetched);
    assertThat(fetched.errorCode()).isEqualTo(Errors.UNKNOWN_SERVER_ERROR.code());

    PartitionData denied =
        new PartitionData().setErrorCode(Errors.TOPIC_AUTHORIZATION_FAILED.code());
    screen.screen(Batches.PLACE, denied);
    assertThat(denied.errorCode()).isEqualTo(Errors.TOPIC_AUTHORIZATION_FAILED.code());
  }

  @Test
  void aPollThatReadEnoughEndsAtTheNextBatch() {
    SimpleRecord large = new SimpleRecord(new byte[(int) ReadBudget.BYTES_PER_POLL]);
    Records screened = screen(Batches.of(CompressionType.ZSTD, 0, large), batch(1, "a"));
    var batches = screened.batches().iterator();
    assertThat(batches.hasNext()).isTrue();
    RecordBatch first = batches.next();
    try (CloseableIterator<Record> records = first.streamingIterator(BufferSupplier.NO_CACHING)) {
      assertThat(refused(records.next())).isPresent();
    }
    assertThat(batches.hasNext()).isFalse();
    assertThat(screened.sizeInBytes()).as("or the consumer would miss batches").isZero();

    budget.renew();
    assertThat(batches.hasNext()).isTrue();
    assertThat(screened.sizeInBytes()).isPositive();
  }

  private Records screen(byte[]... batches) {
    return screen(Batches.joined(batches));
  }

  private Records screen(MemoryRecords records) {
    PartitionData fetched =
        new PartitionData().setRecords(records).setHighWatermark(HIGH_WATERMARK);
    screen.screen(Batches.PLACE, fetched);
    return FetchResponse.recordsOrFail(fetched);
  }

  private static MemoryRecords marker() {
    return MemoryRecords.withEndTransactionMarker(
        3, 0, 4, 99, (short) 2, new EndTransactionMarker(ControlRecordType.ABORT, 1));
  }

  private static byte[] batch(long baseOffset, String... values) {
    SimpleRecord[] records = new SimpleRecord[values.length];
    for (int i = 0; i < values.length; i++) {
      records[i] = new SimpleRecord(bytes(values[i]));
    }
    return Batches.of(CompressionType.LZ4, baseOffset, records);
  }

  private static List<Long> offsets(Records records) {
    return Batches.read(records).stream().map(Record::offset).toList();
  }

  private static Optional<RefusedRecord> refused(Record record) {
    return RecordLimits.check(null, new RecordHeaders(record.headers()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
