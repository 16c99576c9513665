package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.TraceContext;
import io.gpenstreams.restore.StageClock;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jboss.logging.MDC;

/**
 * Traces each attempt at a photo: a span in the trace of the upload's producer, with a child span
 * for each stage. The result's record carries the span's context. While tracing is off, it carries
 * the producer's context.
 *
 * <p>Every log line of the attempt's thread has the event's and the image's id. Safe for any number
 * of threads.
 */
final class PhotoTracing {
  private static final String INSTRUMENTATION = "io.gpenstreams";
  private static final TextMapGetter<Headers> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
          return Arrays.stream(headers.toArray()).map(Header::key).toList();
        }

        @Override
        public String get(Headers headers, String name) {
          Header header = headers == null ? null : headers.lastHeader(name);
          return header == null ? null : new String(header.value(), UTF_8);
        }
      };

  private final Tracer tracer;
  private final InstantSource clock;
  private final TextMapPropagator propagator = W3CTraceContextPropagator.getInstance();

  /** Sends spans to {@code telemetry}, which may be {@link OpenTelemetry#noop}. */
  PhotoTracing(OpenTelemetry telemetry, InstantSource clock) {
    this.tracer = telemetry.getTracer(INSTRUMENTATION);
    this.clock = clock;
  }

  /**
   * Runs an attempt on this thread.
   *
   * @param input the upload's record
   * @param photo the attempt's times
   */
  RestoredEvent trace(
      Origin origin,
      ImageUploaded image,
      PendingRecord input,
      StageClock photo,
      Supplier<RestoredEvent> attempt) {
    Headers passed = input.trace();
    Span span = begin(origin, image, passed);
    Map<String, String> names = OutcomeLog.names(origin, image.imageId());
    names.forEach(MDC::put);
    try {
      RestoredEvent restored = attempt.get();
      span.setAttribute("gpen.outcome", restored.image().outcome().wireName());
      return restored.withTrace(outgoing(span, passed));
    } catch (RuntimeException | Error e) {
      String type =
          e instanceof RestorationException known ? known.code().name() : e.getClass().getName();
      span.setAttribute("error.type", type)
          .setStatus(StatusCode.ERROR, String.valueOf(e.getMessage()));
      throw e;
    } finally {
      names.keySet().forEach(MDC::remove);
      stages(span, photo);
      span.end();
    }
  }

  // OpenTelemetry's semantic conventions for messaging, where they define a name.
  private Span begin(Origin origin, ImageUploaded image, Headers passed) {
    return tracer
        .spanBuilder("process " + origin.topic())
        .setParent(propagator.extract(Context.root(), passed, GETTER))
        .setSpanKind(SpanKind.CONSUMER)
        .setAttribute("messaging.system", "kafka")
        .setAttribute("messaging.operation.type", "process")
        .setAttribute("messaging.destination.name", origin.topic())
        .setAttribute("messaging.destination.partition.id", Integer.toString(origin.partition()))
        .setAttribute("messaging.kafka.offset", origin.offset())
        .setAttribute("gpen.event.id", origin.eventId())
        .setAttribute("gpen.image.id", image.imageId())
        .startSpan();
  }

  private void stages(Span span, StageClock photo) {
    if (!span.isRecording()) {
      return;
    }
    Instant started = clock.instant().minus(photo.elapsed());
    Context parent = Context.root().with(span);
    for (Map.Entry<Stage, StageClock.Interval> stage : photo.intervals().entrySet()) {
      tracer
          .spanBuilder(stage.getKey().wireName())
          .setParent(parent)
          .setStartTimestamp(started.plus(stage.getValue().begun()))
          .startSpan()
          .end(started.plus(stage.getValue().ended()));
    }
  }

  private Headers outgoing(Span span, Headers passed) {
    if (!span.getSpanContext().isValid() || !span.isRecording()) {
      return passed;
    }
    Headers headers = new RecordHeaders();
    propagator.inject(Context.root().with(span), headers, PhotoTracing::add);
    if (passed.lastHeader(TraceContext.EXTENSION + TraceContext.TRACEPARENT) != null) {
      for (Header header : headers.toArray()) {
        headers.add(TraceContext.EXTENSION + header.key(), header.value());
      }
    }
    return headers;
  }

  private static void add(Headers to, String name, String value) {
    to.add(name, value.getBytes(UTF_8));
  }
}
