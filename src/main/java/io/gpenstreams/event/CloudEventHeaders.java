package io.gpenstreams.event;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.kafka.common.header.Headers;

/** The headers that make a record a CloudEvent in binary content mode. */
public final class CloudEventHeaders {
  /** The type of a {@code restored-image} record. */
  public static final String RESTORED_IMAGE = "io.gpenstreams.restored-image.v1";

  /** The type of an {@code image-restoration-failed} record. */
  public static final String IMAGE_RESTORATION_FAILED =
      "io.gpenstreams.image-restoration-failed.v1";

  private static final URI SOURCE = URI.create("/gpen-streams");

  private final TraceContext traceContext = new TraceContext();

  /**
   * New headers for one record.
   *
   * @param origin determines the id, so that consumers recognise work that was done twice
   * @param type {@link #RESTORED_IMAGE} or {@link #IMAGE_RESTORATION_FAILED}
   * @param subject the image id, or null if there is none
   * @param time of what happened
   * @param incoming the input record's headers, whose trace context is passed on
   */
  public Headers of(Origin origin, String type, String subject, Instant time, Headers incoming) {
    Headers headers =
        KafkaMessageFactory.createWriter(origin.topic())
            .writeBinary(
                CloudEventBuilder.v1()
                    .withId(origin.eventId())
                    .withSource(SOURCE)
                    .withType(type)
                    .withSubject(subject)
                    .withTime(time.atOffset(ZoneOffset.UTC))
                    .withDataContentType("application/json")
                    .build())
            .headers();
    traceContext.copy(incoming, headers);
    return headers;
  }
}
