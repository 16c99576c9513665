package io.gpenstreams.stream.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import io.gpenstreams.event.RefusedRecord.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
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
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.MutableRecordBatch;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

class BatchReaderTest {
  private static final long TIME = 1_700_000_000_000L;
  // A value and headers at their limits, buffers, and what decompressors hold.
  private static final long MEMORY_BOUND = 16L << 20;

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
      assertThat(refused(record)).isEqualTo(refused.orElse(null));
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
    assertRefused(Batches.of(compression, 42, records.size(), payload), records.size());
  }

  @Property(tries = 2000)
  void noiseIsRefusedRecordByRecord(@ForAll CompressionType compression, @ForAll byte[] noise)
      throws IOException {
    assertRefused(Batches.of(compression, 42, 3, noise), 3);
    assertRefused(Batches.of(compression, 42, 3, Batches.compressed(compression, noise)), 3);
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void aLargeValueIsDigestedAndThoseBehindItAreRead(CompressionType compression) throws Exception {
    byte[] large = new byte[RecordLimits.MAX_VALUE_BYTES + 1];
    Arrays.fill(large, (byte) 'x');
    List<Record> read =
        Batches.read(
            Batches.of(
                compression, 7, record("a"), new SimpleRecord(TIME, null, large), record("b")));

    assertThat(read).extracting(Record::offset).containsExactly(7L, 8L, 9L);
    assertThat(read.get(0).value()).isEqualTo(ByteBuffer.wrap(bytes("a")));
    assertThat(read.get(1).value()).isNull();
    assertThat(read.get(1).timestamp()).isEqualTo(TIME);
    assertThat(refused(read.get(1)))
        .isEqualTo(
            new RefusedRecord(
                Reason.TOO_LARGE,
                "The value has 524289 bytes, of which at most 524288 are read",
                524_289,
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(large)),
                0,
                0));
    assertThat(read.get(2).value()).isEqualTo(ByteBuffer.wrap(bytes("b")));
  }

  @Test
  void aGigabyteTakesNoMemory() throws IOException {
    int length = 1 << 30;
    byte[] batch =
        Batches.of(
            CompressionType.ZSTD,
            0,
            2,
            Batches.compressed(
                CompressionType.ZSTD,
                out -> {
                  Batches.writeZeros(out, 0, length);
                  out.write(Batches.rawRecord(1, "next", 0));
                }));
    assertThat(batch.length).isLessThan(1 << 20);

    long before = allocated();
    List<Record> read = Batches.read(batch);
    assertThat(allocated() - before).isLessThan(MEMORY_BOUND);

    assertThat(refused(read.get(0)).message())
        .isEqualTo("The value has 1073741824 bytes, of which at most 524288 are read");
    assertThat(refused(read.get(0)).valueSha256())
        .as("of a gigabyte of zeros")
        .isEqualTo("49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14");
    assertThat(read.get(1).value()).isEqualTo(ByteBuffer.wrap(bytes("next")));
  }

  @Test
  void aKeyIsPassedOverWhateverItsSize() {
    List<Record> read =
        Batches.read(
            Batches.of(
                CompressionType.GZIP, 0, new SimpleRecord(TIME, new byte[3 << 20], bytes("v"))));
    assertThat(refused(read.get(0))).isNull();
    assertThat(read.get(0).hasKey()).isFalse();
    assertThat(read.get(0).value()).isEqualTo(ByteBuffer.wrap(bytes("v")));
  }

  @Test
  void headersAreCountedAndNotKept() {
    Header[] many = Collections.nCopies(300_000, new RecordHeader("", null)).toArray(Header[]::new);
    Header[] large = {new RecordHeader("n".repeat(30 << 20), new byte[5])};
    List<Record> read =
        Batches.read(
            Batches.of(
                CompressionType.ZSTD,
                0,
                new SimpleRecord(TIME, null, bytes("a"), many),
                new SimpleRecord(TIME, null, bytes("b"), large)));

    assertThat(refused(read.get(0)).message())
        .isEqualTo("The record has 300000 headers, of which at most 64 are read");
    assertThat(refused(read.get(0)).headers()).isEqualTo(300_000);
    assertThat(read.get(0).headers()).hasSize(1);
    assertThat(read.get(0).value()).as("which is small").isEqualTo(ByteBuffer.wrap(bytes("a")));
    assertThat(refused(read.get(1)).message())
        .isEqualTo("The record's headers have 31457285 bytes, of which at most 32768 are read");
    assertThat(refused(read.get(1)).headers()).isEqualTo(1);
  }

  @Test
  void aBatchIsReadUpToTwoGigabytes() throws IOException {
    int gigabyte = 1 << 30;
    byte[] batch =
        Batches.of(
            CompressionType.ZSTD,
            0,
            4,
            Batches.compressed(
                CompressionType.ZSTD,
                out -> {
                  out.write(Batches.rawRecord(0, "first", 0));
                  Batches.writeZeros(out, 1, gigabyte);
                  Batches.writeZeros(out, 2, gigabyte);
                  out.write(Batches.rawRecord(3, "last", 0));
                }));
    List<Record> read = Batches.read(batch);

    assertThat(read).extracting(Record::offset).containsExactly(0L, 1L, 2L, 3L);
    assertThat(refused(read.get(0))).isNull();
    assertThat(refused(read.get(1)).valueBytes()).isEqualTo(gigabyte);
    for (Record rest : read.subList(2, 4)) {
      assertThat(refused(rest))
          .isEqualTo(
              new RefusedRecord(
                  Reason.TOO_LARGE,
                  "The record's batch expands to more than 2147483648 bytes",
                  -1,
                  null,
                  0,
                  0));
    }
  }

  @Test
  void whatARecordSaysOfItsOffsetDoesNotMatter() throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.write(Batches.rawRecord(0, "a", 0));
    payload.write(Batches.rawRecord(0, "same again", 0));
    payload.write(Batches.rawRecord(1_000_000, "far behind the end", 0));
    payload.write(Batches.rawRecord(-5, "before the start", 0));
    List<Record> read =
        Batches.read(Batches.of(CompressionType.NONE, 10, 4, payload.toByteArray()));

    assertThat(read).extracting(Record::offset).containsExactly(10L, 11L, 12L, 13L);
    assertThat(read).allSatisfy(record -> assertThat(refused(record)).isNull());
  }

  @Test
  void gapsThatCompactionLeftStay() throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.write(Batches.rawRecord(2, "a", 0));
    payload.write(Batches.rawRecord(5, "b", 0));
    byte[] batch = Batches.of(CompressionType.NONE, 10, 2, payload.toByteArray());
    ByteBuffer.wrap(batch).putInt(DefaultRecordBatch.LAST_OFFSET_DELTA_OFFSET, 9);

    assertThat(Batches.read(Batches.sealed(batch)))
        .extracting(Record::offset)
        .containsExactly(12L, 15L);
  }

  // A broker reads a compressed record's parts and not the size in front of them.
  @Test
  void aRecordOfAnotherSizeThanItClaimsIsRefusedWithTheRest() throws IOException {
    for (int error : new int[] {-1, 1, 100_000_000}) {
      ByteArrayOutputStream payload = new ByteArrayOutputStream();
      payload.write(Batches.rawRecord(0, "a", 0));
      payload.write(Batches.rawRecord(1, "b", error));
      payload.write(Batches.rawRecord(2, "c", 0));
      List<Record> read =
          Batches.read(
              Batches.of(
                  CompressionType.LZ4,
                  10,
                  3,
                  Batches.compressed(CompressionType.LZ4, payload.toByteArray())));

      assertThat(read).extracting(Record::offset).containsExactly(10L, 11L, 12L);
      assertThat(refused(read.get(0))).isNull();
      for (Record rest : read.subList(1, 3)) {
        assertThat(refused(rest).reason()).isEqualTo(Reason.UNREADABLE);
        assertThat(refused(rest).message()).startsWith("The record's batch cannot be read: ");
      }
    }
  }

  @Test
  void snappyIsNotBelievedWhatItClaims() throws IOException {
    byte[] sound = Batches.payload(Batches.of(CompressionType.SNAPPY, 0, record("a")));
    // The first block's first byte is its size uncompressed.
    byte[] claim = ByteBuffer.allocate(5).put(new byte[] {-1, -1, -1, -1, 7}).array();
    byte[] framed = ByteBuffer.allocate(16 + 4 + 5).put(sound, 0, 16).putInt(5).put(claim).array();
    byte[] chunk = ByteBuffer.allocate(16 + 4).put(sound, 0, 16).putInt(500_000_000).array();
    for (byte[] payload : List.of(framed, chunk, claim)) {
      assertRefused(Batches.of(CompressionType.SNAPPY, 0, 1, payload), 1);
      assertThat(refused(Batches.read(Batches.of(CompressionType.SNAPPY, 0, 1, payload)).get(0)))
          .isNotNull();
    }
  }

  @Test
  void snappyWithoutJavasFrameIsRead() throws IOException {
    byte[] block = Snappy.compress(Batches.rawRecord(0, "x".repeat(100_000), 0));
    List<Record> read = Batches.read(Batches.of(CompressionType.SNAPPY, 0, 1, block));
    assertThat(read.get(0).valueSize()).isEqualTo(100_000);
  }

  @Test
  void theBrokersTimeCountsWhereTheTopicSaysSo() {
    byte[] batch = Batches.of(CompressionType.NONE, 0, record("a"));
    MutableRecordBatch appended = Batches.joined(batch).batches().iterator().next();
    appended.setMaxTimestamp(TimestampType.LOG_APPEND_TIME, 77);
    ByteBuffer bytes = ByteBuffer.allocate(appended.sizeInBytes());
    appended.writeTo(bytes);
    assertThat(Batches.read(bytes.array())).extracting(Record::timestamp).containsExactly(77L);
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

  private static void assertRefused(byte[] batch, int count) {
    Batches.read(batch);
    long before = allocated();
    List<Record> read = Batches.read(batch);
    assertThat(allocated() - before).isLessThan(MEMORY_BOUND);
    assertThat(read)
        .extracting(Record::offset)
        .containsExactlyElementsOf(
            IntStream.range(0, count)
                .mapToObj(i -> Batches.batch(batch).baseOffset() + i)
                .toList());
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static RefusedRecord refused(Record record) {
    for (Header header : record.headers()) {
      if (!(header instanceof RecordHeader)) {
        return RecordLimits.check(null, new RecordHeaders(record.headers())).orElseThrow();
      }
    }
    return null;
  }

  private static SimpleRecord record(String value) {
    return new SimpleRecord(TIME, null, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
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
