package io.gpenstreams.stream.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import io.gpenstreams.event.RefusedRecord.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
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
    assertThat(Batches.refused(read.get(1)))
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

    long before = Batches.allocated();
    List<Record> read = Batches.read(batch);
    assertThat(Batches.allocated() - before).isLessThan(Batches.MEMORY_BOUND);

    assertThat(Batches.refused(read.get(0)).message())
        .isEqualTo("The value has 1073741824 bytes, of which at most 524288 are read");
    assertThat(Batches.refused(read.get(0)).valueSha256())
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
    assertThat(Batches.refused(read.get(0))).isNull();
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

    assertThat(Batches.refused(read.get(0)).message())
        .isEqualTo("The record has 300000 headers, of which at most 64 are read");
    assertThat(Batches.refused(read.get(0)).headers()).isEqualTo(300_000);
    assertThat(read.get(0).headers()).hasSize(1);
    assertThat(read.get(0).value()).as("which is small").isEqualTo(ByteBuffer.wrap(bytes("a")));
    assertThat(Batches.refused(read.get(1)).message())
        .isEqualTo("The record's headers have 31457285 bytes, of which at most 32768 are read");
    assertThat(Batches.refused(read.get(1)).headers()).isEqualTo(1);
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
    assertThat(Batches.refused(read.get(0))).isNull();
    assertThat(Batches.refused(read.get(1)).valueBytes()).isEqualTo(gigabyte);
    for (Record rest : read.subList(2, 4)) {
      assertThat(Batches.refused(rest))
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
    assertThat(read).allSatisfy(record -> assertThat(Batches.refused(record)).isNull());
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
      assertThat(Batches.refused(read.get(0))).isNull();
      for (Record rest : read.subList(1, 3)) {
        assertThat(Batches.refused(rest).reason()).isEqualTo(Reason.UNREADABLE);
        assertThat(Batches.refused(rest).message())
            .startsWith("The record's batch cannot be read: ");
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
      Batches.requireRecords(Batches.of(CompressionType.SNAPPY, 0, 1, payload), 1);
      assertThat(
              Batches.refused(
                  Batches.read(Batches.of(CompressionType.SNAPPY, 0, 1, payload)).get(0)))
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

  private static SimpleRecord record(String value) {
    return new SimpleRecord(TIME, null, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
