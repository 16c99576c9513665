package io.gpenstreams.stream.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.SimpleRecord;

class BatchReaderPropertiesTest {
  private static final long TIME = 1_700_000_000_000L;

  @Property(tries = 300)
  void givesWhatKafkaGives(
      @ForAll CompressionType compression, @ForAll("records") List<SimpleRecord> records) {
    byte[] batch = Batches.of(compression, 42, records.toArray(SimpleRecord[]::new));
    List<Record> read = Batches.read(batch);

    int i = 0;
    for (Record expected : Batches.batch(batch)) {
      Record record = read.get(i++);
      assertThat(record.offset()).isEqualTo(expected.offset());
      assertThat(record.timestamp()).isEqualTo(expected.timestamp());
      Optional<RefusedRecord> refused =
          RecordLimits.check(bytes(expected.value()), new RecordHeaders(expected.headers()));
      assertThat(Batches.refused(record)).isEqualTo(refused.orElse(null));
      if (refused.isEmpty()) {
        assertThat(record.value()).isEqualTo(expected.value());
        assertThat(record.headers()).containsExactly(expected.headers());
      }
    }
    assertThat(read).hasSize(i);
  }

  @Property(tries = 2000)
  void garbageIsRefusedRecordByRecord(
      @ForAll CompressionType compression,
      @ForAll("records") List<SimpleRecord> records,
      @ForAll("changes") List<Change> changes) {
    byte[] batch = Batches.of(compression, 42, records.toArray(SimpleRecord[]::new));
    byte[] payload = Batches.payload(batch);
    for (Change change : changes) {
      change.on(payload);
    }
    Batches.requireRecords(Batches.of(compression, 42, records.size(), payload), records.size());
  }

  @Property(tries = 2000)
  void noiseIsRefusedRecordByRecord(@ForAll CompressionType compression, @ForAll byte[] noise)
      throws IOException {
    Batches.requireRecords(Batches.of(compression, 42, 3, noise), 3);
    Batches.requireRecords(
        Batches.of(compression, 42, 3, Batches.compressed(compression, noise)), 3);
  }

  @Provide
  Arbitrary<List<SimpleRecord>> records() {
    Arbitrary<byte[]> small = Arbitraries.bytes().array(byte[].class).ofMaxSize(50);
    Arbitrary<byte[]> values =
        Arbitraries.frequencyOf(
            Tuple.of(8, small.injectNull(0.2)),
            Tuple.of(
                1,
                Arbitraries.integers()
                    .between(RecordLimits.MAX_VALUE_BYTES - 1, RecordLimits.MAX_VALUE_BYTES + 1)
                    .map(byte[]::new)));
    Arbitrary<Header[]> headers =
        Arbitraries.frequencyOf(
            Tuple.of(
                8,
                Combinators.combine(Arbitraries.strings().ofMaxLength(20), small.injectNull(0.2))
                    .as((name, value) -> (Header) new RecordHeader(name, value))
                    .array(Header[].class)
                    .ofMaxSize(5)),
            Tuple.of(
                1,
                Arbitraries.integers()
                    .between(63, 66)
                    .map(
                        n ->
                            IntStream.range(0, n)
                                .mapToObj(i -> new RecordHeader("h" + i, null))
                                .toArray(Header[]::new))),
            Tuple.of(
                1,
                Arbitraries.integers()
                    .between(RecordLimits.MAX_HEADER_BYTES - 2, RecordLimits.MAX_HEADER_BYTES + 1)
                    .map(n -> new Header[] {new RecordHeader("h", new byte[n])})));
    return Combinators.combine(
            Arbitraries.longs().between(-1, TIME), small.injectNull(0.3), values, headers)
        .as((time, key, value, some) -> new SimpleRecord(time, key, value, some))
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    return Combinators.combine(
            Arbitraries.doubles().between(0, 1), Arbitraries.bytes(), Arbitraries.of(true, false))
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  /** Sets a byte, near the start more often. */
  private record Change(double place, byte value, boolean near) {
    void on(byte[] bytes) {
      int range = near ? Math.min(bytes.length, 40) : bytes.length;
      bytes[(int) (place * (range - 1))] = value;
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
