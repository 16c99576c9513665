package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.restore.StageClock;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhotoTracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:10Z");
  private static final Origin ORIGIN = new Origin("image-uploaded", 3, 40, 1);
  private static final ImageUploaded IMAGE =
      new ImageUploaded(
          "grandma", new ImageUploaded.Source("b", "k", null, null), null, null, null, null);

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final PhotoTracing tracing = tracing(Sampler.parentBased(Sampler.alwaysOn()));
  private final AtomicLong nanos = new AtomicLong();
  private final StageClock photo = new StageClock(Duration.ofMinutes(1), nanos::get);

  @ParameterizedTest
  @ValueSource(strings = {"", "ce_"})
  void theProducersTraceGoesOnThroughTheStagesToTheEvent(String prefix) {
    RestoredEvent restored =
        tracing.trace(
            ORIGIN,
            IMAGE,
            record(headers(prefix + "traceparent", PARENT, prefix + "tracestate", "a=1")),
            photo,
            () -> {
              step(Stage.FETCH, 2);
              step(Stage.DECODE, 1);
              return result();
            });

    List<SpanData> all = spans.getFinishedSpanItems();
    SpanData root = all.get(all.size() - 1);
    assertThat(root.getName()).isEqualTo("process image-uploaded");
    assertThat(root.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(root.getTraceId()).isEqualTo(TRACE);
    assertThat(root.getParentSpanId()).isEqualTo(SPAN);
    assertThat(attribute(root, "gpen.image.id")).isEqualTo("grandma");
    assertThat(attribute(root, "gpen.event.id")).isEqualTo("image-uploaded-3-40-1");
    assertThat(attribute(root, "gpen.outcome")).isEqualTo("unchanged");
    assertThat(all.subList(0, all.size() - 1))
        .allMatch(stage -> stage.getParentSpanId().equals(root.getSpanId()))
        .extracting(SpanData::getName, PhotoTracingTest::begun, PhotoTracingTest::took)
        .containsExactly(
            tuple("fetch", NOW.minusSeconds(3), Duration.ofSeconds(2)),
            tuple("decode", NOW.minusSeconds(1), Duration.ofSeconds(1)));

    String carried = "00-" + TRACE + "-" + root.getSpanId() + "-01";
    Map<String, String> expected =
        new HashMap<>(Map.of("traceparent", carried, "tracestate", "a=1"));
    if (!prefix.isEmpty()) {
      expected.putAll(Map.of("ce_traceparent", carried, "ce_tracestate", "a=1"));
    }
    assertThat(map(restored.trace())).isEqualTo(expected);
  }

  @Test
  void aPhotoWithoutATraceBeginsOne() {
    RestoredEvent restored =
        tracing.trace(ORIGIN, IMAGE, record(new RecordHeaders()), photo, PhotoTracingTest::result);

    SpanData span = spans.getFinishedSpanItems().get(0);
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(map(restored.trace()).get("traceparent")).contains(span.getTraceId());
  }

  @Test
  void aTraceThatNobodyRecordsIsPassedOnAsItCame() {
    Headers incoming = headers("traceparent", PARENT.replaceAll("01$", "00"), "other", "x");

    RestoredEvent unsampled =
        tracing.trace(ORIGIN, IMAGE, record(incoming), photo, PhotoTracingTest::result);
    RestoredEvent off =
        new PhotoTracing(OpenTelemetry.noop(), () -> NOW)
            .trace(ORIGIN, IMAGE, record(incoming), photo, PhotoTracingTest::result);

    assertThat(spans.getFinishedSpanItems()).isEmpty();
    assertThat(map(unsampled.trace()))
        .isEqualTo(map(off.trace()))
        .isEqualTo(Map.of("traceparent", PARENT.replaceAll("01$", "00")));
  }

  @Test
  void aStructuredCloudEventMayStateTheTrace() {
    byte[] value =
        "{\"specversion\": \"1.0\", \"traceparent\": \"%s\", \"data\": {}}"
            .formatted(PARENT)
            .getBytes(UTF_8);
    PendingRecord input = new PendingRecord(value, new RecordHeaders(), -1, List.of(IMAGE));

    RestoredEvent restored = tracing.trace(ORIGIN, IMAGE, input, photo, PhotoTracingTest::result);

    assertThat(spans.getFinishedSpanItems().get(0).getParentSpanId()).isEqualTo(SPAN);
    assertThat(map(restored.trace())).containsOnlyKeys("traceparent", "ce_traceparent");
  }

  @Test
  void aFailureIsTheSpansToo() {
    RestorationException failure =
        new RestorationException(ErrorCode.SOURCE_NOT_FOUND, Stage.FETCH, "gone");

    assertThatThrownBy(
            () ->
                tracing.trace(
                    ORIGIN,
                    IMAGE,
                    record(new RecordHeaders()),
                    photo,
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);

    SpanData span = spans.getFinishedSpanItems().get(0);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getStatus().getDescription()).isEqualTo("gone");
    assertThat(attribute(span, "error.type")).isEqualTo("SOURCE_NOT_FOUND");
  }

  @Test
  void linesThatAreLoggedMeanwhileNameThePhoto() {
    Map<String, Object> meanwhile = new HashMap<>();

    tracing.trace(
        ORIGIN,
        IMAGE,
        record(new RecordHeaders()),
        photo,
        () -> {
          meanwhile.putAll(MDC.getMap());
          return result();
        });

    assertThat(meanwhile)
        .containsEntry("image", "grandma")
        .containsEntry("event", "image-uploaded-3-40-1")
        .containsEntry("photo", "image-uploaded-3-40-1, image grandma: ");
    assertThat(MDC.getMap()).doesNotContainKeys("image", "event", "photo");
  }

  private PhotoTracing tracing(Sampler sampler) {
    return new PhotoTracing(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(sampler)
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build(),
        () -> NOW);
  }

  private void step(Stage stage, int seconds) {
    photo.time(stage, () -> nanos.addAndGet(Duration.ofSeconds(seconds).toNanos()));
  }

  private static RestoredEvent result() {
    return new RestoredEvent(ProcessorHarness.unchanged(IMAGE), new byte[0]);
  }

  private static Instant begun(SpanData span) {
    return Instant.EPOCH.plusNanos(span.getStartEpochNanos());
  }

  private static Duration took(SpanData span) {
    return Duration.ofNanos(span.getEndEpochNanos() - span.getStartEpochNanos());
  }

  private static String attribute(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }

  private static PendingRecord record(Headers headers) {
    return new PendingRecord(null, headers, -1, List.of(IMAGE));
  }

  private static Headers headers(String... namesAndValues) {
    Headers headers = new RecordHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(UTF_8));
    }
    return headers;
  }

  private static Map<String, String> map(Headers headers) {
    Map<String, String> map = new TreeMap<>();
    for (Header header : headers.toArray()) {
      map.put(header.key(), new String(header.value(), UTF_8));
    }
    return map;
  }
}
