package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {
  private static final Origin ORIGIN = new Origin("image-uploaded", 3, 4_000_000_000L, 0);
  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final DeadLetterHeaders deadLetters = new DeadLetterHeaders(new CloudEventHeaders());

  @Test
  void sayWhereTheOriginalLies() {
    Headers headers = headers(new RecordHeaders());

    assertThat(text(headers.lastHeader("original-topic"))).isEqualTo("image-uploaded");
    assertThat(text(headers.lastHeader("original-partition"))).isEqualTo("3");
    assertThat(text(headers.lastHeader("original-offset"))).isEqualTo("4000000000");
    assertThat(text(headers.lastHeader("ce_type")))
        .isEqualTo("io.gpenstreams.image-restoration-failed.v1");
    assertThat(text(headers.lastHeader("ce_subject"))).isEqualTo("a");
  }

  @Test
  void repeatTheOriginalsHeaders() {
    byte[] binary = {0, (byte) 0xff};
    Headers incoming =
        new RecordHeaders()
            .add("ce_id", "7".getBytes(StandardCharsets.UTF_8))
            .add("traceparent", PARENT.getBytes(StandardCharsets.UTF_8))
            .add("twice", binary)
            .add("twice", null)
            .add("original-topic", new byte[0]);

    Headers headers = headers(incoming);

    assertThat(text(headers.lastHeader("traceparent"))).isEqualTo(PARENT);
    assertThat(text(headers.lastHeader("original-header-traceparent"))).isEqualTo(PARENT);
    assertThat(text(headers.lastHeader("original-header-ce_id"))).isEqualTo("7");
    assertThat(headers.headers("original-header-twice"))
        .extracting(Header::value)
        .containsExactly(binary, null);
    assertThat(headers.lastHeader("original-header-original-topic").value()).isEmpty();
    assertThat(headers.headers("original-topic")).hasSize(1);
    assertThat(headers.headers("ce_id")).hasSize(1);
  }

  @Test
  void leaveOutWhatDoesNotFitIntoARecord() {
    Headers many = new RecordHeaders();
    for (int i = 0; i < 100_000; i++) {
      many.add("h", new byte[1]);
    }
    Headers large = new RecordHeaders().add("small", new byte[9]).add("large", new byte[300 << 10]);

    assertThat(size(headers(many))).isBetween(16 << 10, 36 << 10);
    assertThat(headers(large).lastHeader("original-header-small")).isNotNull();
    assertThat(headers(large).lastHeader("original-header-large")).isNull();
  }

  @Test
  void holdAllThatARecordWithinItsLimitsHas() {
    Headers full = new RecordHeaders();
    int each = RecordLimits.MAX_HEADER_BYTES / RecordLimits.MAX_HEADERS;
    for (int i = 0; i < RecordLimits.MAX_HEADERS; i++) {
      full.add("%02d".formatted(i), new byte[each - 2]);
    }

    assertThat(RecordLimits.check(new byte[1], full)).isEmpty();
    assertThat(headers(full).lastHeader("original-header-63")).isNotNull();
  }

  @Test
  void ofAllImagesOfARecordShareTheRoom() {
    Headers full = new RecordHeaders().add("large", new byte[RecordLimits.MAX_HEADER_BYTES - 5]);
    Headers usual = new RecordHeaders().add("traceparent", PARENT.getBytes(StandardCharsets.UTF_8));

    assertThat(of(full, 1).lastHeader("original-header-large")).isNotNull();
    assertThat(of(full, 2).lastHeader("original-header-large")).isNull();
    assertThat(of(usual, 100).lastHeader("original-header-traceparent")).isNotNull();
  }

  private Headers headers(Headers incoming) {
    return of(incoming, 1);
  }

  private Headers of(Headers incoming, int images) {
    return deadLetters.of(ORIGIN, "a", Instant.EPOCH, incoming, images);
  }

  private static int size(Headers headers) {
    return Stream.of(headers.toArray())
        .mapToInt(header -> header.key().length() + header.value().length)
        .sum();
  }

  private static String text(Header header) {
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
