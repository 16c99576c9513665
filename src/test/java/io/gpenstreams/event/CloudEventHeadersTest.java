package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventHeadersTest {
  private static final Origin ORIGIN = new Origin("image-uploaded", 3, 42, 1);
  private static final Instant NOW = Instant.parse("2026-11-23T03:20:04.500Z");
  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final CloudEventHeaders cloudEvents = new CloudEventHeaders();

  @Test
  void binaryContentMode() {
    Headers headers = headers(new RecordHeaders());

    assertThat(headers)
        .extracting(Header::key, CloudEventHeadersTest::text)
        .containsExactlyInAnyOrder(
            tuple("ce_specversion", "1.0"),
            tuple("ce_id", "image-uploaded-3-42-1"),
            tuple("ce_source", "/gpen-streams"),
            tuple("ce_type", "io.gpenstreams.restored-image.v1"),
            tuple("ce_subject", "Großmutter"),
            tuple("ce_time", "2026-11-23T03:20:04.5Z"),
            tuple("content-type", "application/json"));
  }

  @Test
  void otherLibrariesReadTheEvent() {
    CloudEvent event =
        KafkaMessageFactory.createReader(headers(new RecordHeaders()), new byte[] {'{', '}'})
            .toEvent();

    assertThat(event.getSpecVersion()).isEqualTo(SpecVersion.V1);
    assertThat(event.getId()).isEqualTo(ORIGIN.eventId());
    assertThat(event.getSource()).isEqualTo(URI.create("/gpen-streams"));
    assertThat(event.getType()).isEqualTo(CloudEventHeaders.RESTORED_IMAGE);
    assertThat(event.getSubject()).isEqualTo("Großmutter");
    assertThat(event.getTime()).isEqualTo(NOW.atOffset(ZoneOffset.UTC));
    assertThat(event.getDataContentType()).isEqualTo("application/json");
  }

  @Test
  void withoutASubject() {
    assertThat(
            cloudEvents
                .of(
                    ORIGIN,
                    CloudEventHeaders.IMAGE_RESTORATION_FAILED,
                    null,
                    NOW,
                    new RecordHeaders())
                .lastHeader("ce_subject"))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PARENT,
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what.the.future.adds"
      })
  void traceContextIsPassedOn(String parent) {
    Headers headers = headers(trace(parent, "vendor=00f067aa0ba902b7"));

    assertThat(text(headers.lastHeader("traceparent"))).isEqualTo(parent);
    assertThat(text(headers.lastHeader("tracestate"))).isEqualTo("vendor=00f067aa0ba902b7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        PARENT + "-more",
        PARENT + "\n",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"
      })
  void malformedTraceContextIsNot(String parent) {
    Headers headers = headers(trace(parent, "vendor=1"));

    assertThat(headers.lastHeader("traceparent")).isNull();
    assertThat(headers.lastHeader("tracestate")).isNull();
  }

  @Test
  void theEventsOwnTraceContextIsPassedOnAndServesAsTheTransports() {
    Headers headers =
        headers(
            new RecordHeaders()
                .add("ce_traceparent", bytes(PARENT))
                .add("ce_tracestate", bytes("vendor=1")));

    for (String prefix : List.of("", "ce_")) {
      assertThat(text(headers.lastHeader(prefix + "traceparent"))).isEqualTo(PARENT);
      assertThat(text(headers.lastHeader(prefix + "tracestate"))).isEqualTo("vendor=1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"specversion": "1.0", "traceparent": "PARENT", "tracestate": "a=1"} | true
          {"specversion": "1.0", "traceparent": "PARENTx"}                     | false
          {"specversion": "1.0", "traceparent": 7}                             | false
          {"specversion": "1.0", "data": {"traceparent": "PARENT"}}            | false
          {"traceparent": "PARENT"}                                            | false
          {"specversion": "1.0", "traceparent": "PARENT"                       | false
          """)
  void aStructuredCloudEventsTraceContextIsTaken(String value, boolean taken) {
    TraceContext context = new TraceContext();
    Headers to = new RecordHeaders();

    context.addFrom(bytes(value.replace("PARENT", PARENT)), to);
    context.addFrom(null, to);

    assertThat(to.lastHeader("traceparent") != null).isEqualTo(taken);
    assertThat(to.lastHeader("ce_traceparent") != null).isEqualTo(taken);
    assertThat(to.lastHeader("tracestate") != null).isEqualTo(taken);
  }

  @Test
  void theTransportsTraceContextIsNotReplacedByTheEvents() {
    String hop = PARENT.replace("-00f067aa0ba902b7-", "-1111111111111111-");
    Headers headers =
        headers(
            new RecordHeaders()
                .add("ce_traceparent", bytes(PARENT))
                .add("traceparent", bytes(hop)));

    assertThat(text(headers.lastHeader("traceparent"))).isEqualTo(hop);
    assertThat(text(headers.lastHeader("ce_traceparent"))).isEqualTo(PARENT);
    assertThat(headers.headers("traceparent")).hasSize(1);
  }

  @Test
  void malformedTraceStateIsNotPassedOn() {
    assertThat(headers(trace(PARENT, "a=1\r\nb=2")).lastHeader("tracestate")).isNull();
    assertThat(headers(trace(PARENT, "a=" + "x".repeat(600))).lastHeader("tracestate")).isNull();
    assertThat(headers(new RecordHeaders().add("traceparent", null)).lastHeader("traceparent"))
        .isNull();
  }

  @Test
  void otherIncomingHeadersAreNotPassedOn() {
    Headers incoming = new RecordHeaders().add("ce_id", bytes("other")).add("x", bytes("y"));

    Headers headers = headers(incoming);

    assertThat(headers.headers("ce_id")).hasSize(1);
    assertThat(headers.lastHeader("x")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"image-uploaded,0,0,0,image-uploaded-0-0-0", "t-1,2,3,4,t-1-2-3-4"})
  void idsFollowFromTheOrigin(String topic, int partition, long offset, int index, String id) {
    assertThat(new Origin(topic, partition, offset, index).eventId()).isEqualTo(id);
  }

  private Headers headers(Headers incoming) {
    return cloudEvents.of(ORIGIN, CloudEventHeaders.RESTORED_IMAGE, "Großmutter", NOW, incoming);
  }

  private static Headers trace(String parent, String state) {
    return new RecordHeaders().add("traceparent", bytes(parent)).add("tracestate", bytes(state));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Header header) {
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
