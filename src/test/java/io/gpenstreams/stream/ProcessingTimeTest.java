package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTimeTest {
  private final ProcessingTime intake = new ProcessingTime();

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1_700_000_000_000L, Long.MAX_VALUE})
  void whateverTimeARecordHasItIsTakenInNow(long timestamp) {
    RecordHeader forged = new RecordHeader("gpen-own-time", new byte[] {1});
    Headers headers = new RecordHeaders().add("a", null).add(forged);

    long before = System.currentTimeMillis();
    long time =
        intake.extract(
            new ConsumerRecord<>(
                "t",
                0,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                null,
                headers,
                Optional.empty()),
            -1);
    PendingRecord asItCame =
        ProcessingTime.asSent(new Record<>(null, new byte[] {7}, time, headers));

    assertThat(time).isBetween(before, System.currentTimeMillis());
    assertThat(asItCame.timestamp()).isEqualTo(timestamp);
    assertThat(asItCame.headers().toArray())
        .containsExactly(new RecordHeader("a", (byte[]) null), forged);
    assertThat(asItCame.value()).containsExactly(7);
  }
}
