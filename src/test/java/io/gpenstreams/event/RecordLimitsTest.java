package io.gpenstreams.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.RefusedRecord.Reason;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RecordLimitsTest {
  private static final byte[] SMALL = "{}".getBytes(UTF_8);
  // Of "{}".
  private static final String SMALL_SHA256 =
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

  @Test
  void aValueOfTheLimitIsReadAndOneByteMoreIsNot() {
    assertThat(check(new byte[524_287])).isEmpty();
    assertThat(check(new byte[524_288])).isEmpty();

    RefusedRecord refused = check(new byte[524_289]).orElseThrow();
    assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(refused.message())
        .isEqualTo("The value has 524289 bytes, of which at most 524288 are read");
    assertThat(refused.valueBytes()).isEqualTo(524_289);
    assertThat(refused.valueSha256()).hasSize(64).isLowerCase();
  }

  @Test
  void aRecordHasUpTo64Headers() {
    assertThat(RecordLimits.check(SMALL, headers(63, 0))).isEmpty();
    assertThat(RecordLimits.check(SMALL, headers(64, 0))).isEmpty();

    assertThat(RecordLimits.check(SMALL, headers(65, 0)))
        .contains(
            new RefusedRecord(
                Reason.TOO_LARGE,
                "The record has 65 headers, of which at most 64 are read",
                2,
                SMALL_SHA256,
                65,
                65));
  }

  @Test
  void namesAndValuesOfHeadersCountTogether() {
    assertThat(RecordLimits.check(SMALL, headers(2, 16_382))).isEmpty();
    assertThat(RecordLimits.check(SMALL, headers(2, 16_383))).isEmpty();

    Headers over = headers(2, 16_383).add("", new byte[1]);
    assertThat(RecordLimits.check(SMALL, over))
        .hasValueSatisfying(
            refused -> {
              assertThat(refused.message())
                  .isEqualTo(
                      "The record's headers have 32769 bytes, of which at most 32768 are read");
              assertThat(refused.headers()).isEqualTo(3);
              assertThat(refused.headerBytes()).isEqualTo(32_769);
            });
  }

  @Test
  void namesCountInUtf8AndMissingValuesForNothing() {
    String name = "ü".repeat(16_384);
    assertThat(RecordLimits.check(SMALL, new RecordHeaders().add(name, null))).isEmpty();
    assertThat(RecordLimits.check(SMALL, new RecordHeaders().add(name + "a", null))).isPresent();
  }

  @Test
  void aRecordWithoutAValueIsJudgedByItsHeaders() {
    assertThat(RecordLimits.check(null, new RecordHeaders())).isEmpty();
    assertThat(RecordLimits.check(null, headers(65, 0)))
        .hasValueSatisfying(
            refused -> {
              assertThat(refused.valueBytes()).isEqualTo(-1);
              assertThat(refused.valueSha256()).isNull();
            });
  }

  @Test
  void whatTheConsumerFoundOutIsTakenOver() {
    RefusedRecord known = RefusedRecord.unreadable("The record cannot be read");
    Headers headers = new RecordHeaders(new Header[] {known.asHeader()});

    assertThat(RecordLimits.check(null, headers)).containsSame(known);
    assertThat(RecordLimits.check(null, new RecordHeaders(headers)))
        .as("Kafka Streams copies headers")
        .containsSame(known);
  }

  @Test
  void aProducerCannotSendTheConsumersHeader() {
    Header own = RefusedRecord.unreadable("The record cannot be read").asHeader();
    assertThat(RecordLimits.check(SMALL, new RecordHeaders().add(own.key(), own.value())))
        .isEmpty();
  }

  private static Optional<RefusedRecord> check(byte[] value) {
    return RecordLimits.check(value, new RecordHeaders());
  }

  /** Names have one byte each. */
  private static Headers headers(int count, int valueBytes) {
    Headers headers = new RecordHeaders();
    for (int i = 0; i < count; i++) {
      headers.add("n", new byte[valueBytes]);
    }
    return headers;
  }
}
