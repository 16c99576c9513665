package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class PendingCodecTest {
  private final PendingCodec codec = new PendingCodec();

  @Property
  void storedStatesComeBackAsTheyWere(@ForAll("stored") ImageState state) {
    assertThat(codec.readState(codec.write(state))).isEqualTo(state);
  }

  @Property
  void anAttemptComesBackAsAbandoned(@ForAll("history") AttemptHistory history) {
    Mark mark = new Mark("process", true);
    Attempt attempt = new Attempt(new PendingKey("image-uploaded", 0, 0, 0), mark);
    ImageState.Marked marked = new ImageState.Marked(history, attempt);

    assertThat(codec.readState(codec.write(marked)))
        .isEqualTo(new ImageState.Abandoned(history, mark));
    assertThat(codec.write(marked.committed())).isEqualTo(codec.write(marked));
  }

  @Property
  void recordsComeBackAsTheyWere(
      @ForAll byte[] value, @ForAll @Size(max = 5) List<byte[]> headers, @ForAll long timestamp) {
    RecordHeaders all = new RecordHeaders();
    for (byte[] header : headers) {
      all.add("häder-" + header.length, header.length == 3 ? null : header);
    }
    byte[] stored = value.length == 2 ? null : value;

    PendingRecord read =
        codec.readRecord(codec.write(new PendingRecord(stored, all, timestamp, List.of())));

    assertThat(read.value()).isEqualTo(stored);
    assertThat(read.headers()).isEqualTo(all);
    assertThat(read.timestamp()).isEqualTo(timestamp);
  }

  @Property
  void crashesComeBackAsTheyWere(@ForAll @Size(max = 64) List<@LongRange(min = 0) Long> times) {
    Map<String, Instant> deaths = new LinkedHashMap<>();
    times.forEach(time -> deaths.put("process-" + deaths.size(), Instant.ofEpochMilli(time)));
    CrashLog log = new CrashLog(deaths);

    assertThat(codec.readCrashes(codec.write(log))).isEqualTo(log);
  }

  @Property
  void damageIsNoticedAndNothingElse(
      @ForAll("stored") ImageState state, @ForAll byte[] noise, @ForAll int cut) {
    byte[] row = codec.write(state);
    refuses(noise);
    refuses(Arrays.copyOf(row, Math.floorMod(cut, row.length)));
    refuses(Arrays.copyOf(row, row.length + 1));
  }

  private void refuses(byte[] row) {
    assertThatIllegalArgumentException().isThrownBy(() -> codec.readState(row));
    if (row.length < 9) {
      assertThatIllegalArgumentException().isThrownBy(() -> codec.readRecord(row));
    }
  }

  @Property
  void keysSortAsBytesInTheOrderOfArrival(
      @ForAll @LongRange(min = 0) long offset,
      @ForAll @LongRange(min = 0) long other,
      @ForAll @IntRange(min = -1, max = 100_000) int index,
      @ForAll @IntRange(min = -1, max = 100_000) int otherIndex,
      @ForAll @IntRange(min = 0, max = 3) int partition) {
    PendingKey a = new PendingKey("image-uploaded", partition, offset, index);
    PendingKey b = new PendingKey("image-uploaded", 1, other, otherIndex);

    assertThat(Integer.signum(a.bytes().compareTo(b.bytes())))
        .isEqualTo(Integer.signum(a.compareTo(b)));
    assertThat(PendingKey.read(a.bytes())).isEqualTo(a);
    assertThat(PendingKey.crashes().compareTo(a.bytes())).isNegative();
  }

  @Property
  void whatIsNoKeyIsRefused(@ForAll @Size(max = 20) byte[] noise) {
    Bytes bytes = Bytes.wrap(noise);
    PendingKey key;
    try {
      key = PendingKey.read(bytes);
    } catch (IllegalArgumentException e) {
      // Most noise.
      return;
    }
    assertThat(key.bytes()).isEqualTo(bytes);
  }

  @Test
  void aKeyWithoutATopicOrWithoutUtf8IsRefused() {
    byte[] key = new PendingKey("t", 0, 0, 0).bytes().get();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PendingKey.read(Bytes.wrap(Arrays.copyOfRange(key, 1, key.length))));
    key[0] = (byte) 0xff;
    assertThatIllegalArgumentException().isThrownBy(() -> PendingKey.read(Bytes.wrap(key)));
  }

  @Provide
  Arbitrary<ImageState> stored() {
    return Combinators.combine(history(), marks().injectNull(0.5))
        .as(
            (history, mark) ->
                mark == null
                    ? ImageState.waiting(history)
                    : new ImageState.Abandoned(history, mark));
  }

  @Provide
  Arbitrary<AttemptHistory> history() {
    Arbitrary<Instant> time = Arbitraries.longs().between(0, 1L << 45).map(Instant::ofEpochMilli);
    Arbitrary<Integer> count = Arbitraries.integers();
    return Combinators.combine(
            time, count, count, count, time.injectNull(0.5), time, marks().list().ofMaxSize(5))
        .as(AttemptHistory::new);
  }

  private static Arbitrary<Mark> marks() {
    return Combinators.combine(
            Arbitraries.strings().ofMaxLength(40).alpha(), Arbitraries.of(true, false))
        .as(Mark::new);
  }
}
