package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class AsyncApiTest {
  private final JsonNode document = document();

  @Test
  void isAsyncApi3() {
    assertThat(document.path("asyncapi").textValue()).isEqualTo("3.1.0");
    assertThat(document.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "asyncapi", "info", "defaultContentType", "channels", "operations", "components");
  }

  @Test
  void everyReferenceResolves() {
    List<String> references = document.findValuesAsText("$ref");

    assertThat(references)
        .hasSizeGreaterThan(20)
        .allSatisfy(
            reference -> {
              if (reference.startsWith("#/")) {
                assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
              } else {
                assertThat(Examples.SCHEMAS.resolve(reference)).isRegularFile();
              }
            });
  }

  @Test
  void everySchemaIsTheValueOfAMessage() throws IOException {
    try (Stream<Path> files = Files.list(Examples.SCHEMAS)) {
      assertThat(document.at("/components/messages").findValuesAsText("$ref"))
          .containsAll(
              files
                  .map(file -> "./" + file.getFileName())
                  .filter(name -> name.endsWith(".schema.json"))
                  .toList());
    }
  }

  @Test
  void channelsAreTheTopics() {
    List<String> topics =
        List.of(
            Topics.IMAGE_UPLOADED,
            Topics.RESTORED_IMAGE,
            Topics.IMAGE_RESTORATION_FAILED,
            Topics.IMAGE_REPLAYED);

    assertThat(document.path("channels").findValuesAsText("address"))
        .containsExactlyElementsOf(topics);
    assertThat(document.path("channels"))
        .allSatisfy(
            channel ->
                assertThat(
                        resolve(channel.path("bindings")).path("kafka").path("topic").textValue())
                    .isEqualTo(channel.path("address").textValue()));
  }

  @Test
  void operationsUseTheChannelsOnce() {
    assertThat(document.path("operations").findValuesAsText("$ref"))
        .containsExactlyInAnyOrder(
            "#/channels/imageUploaded",
            "#/channels/restoredImage",
            "#/channels/imageRestorationFailed",
            "#/channels/imageReplayed");
  }

  @Test
  void headersOfResultsAreThoseWritten() {
    Headers written =
        new CloudEventHeaders()
            .of(origin(), CloudEventHeaders.RESTORED_IMAGE, "a", Instant.EPOCH, incoming());
    OriginalTimestamp.add(written, 0);

    JsonNode headers = message("restoredImage").path("headers");
    assertThat(names(written)).isEqualTo(properties(headers));
    assertThat(headers.at("/allOf/2/properties/ce_type/const").textValue())
        .isEqualTo(CloudEventHeaders.RESTORED_IMAGE);
    assertConstants(headers, written);
  }

  @Test
  void headersOfDeadLettersAreThoseWritten() {
    Headers written =
        new DeadLetterHeaders(new CloudEventHeaders())
            .of(origin(), "a", Instant.EPOCH, incoming(), 1);
    OriginalTimestamp.add(written, 0);

    JsonNode headers = message("imageRestorationFailed").path("headers");
    Set<String> names = names(written);
    assertThat(names).contains("original-header-traceparent", "original-header-tracestate");
    names.removeIf(name -> name.startsWith(DeadLetterHeaders.ORIGINAL_HEADER_PREFIX));
    assertThat(names).isEqualTo(properties(headers));
    assertThat(
            document
                .at("/components/schemas/deadLetterHeaders/patternProperties")
                .fieldNames()
                .next())
        .isEqualTo("^" + DeadLetterHeaders.ORIGINAL_HEADER_PREFIX);
    assertThat(headers.at("/allOf/3/properties/ce_type/const").textValue())
        .isEqualTo(CloudEventHeaders.IMAGE_RESTORATION_FAILED);
    assertConstants(headers, written);
  }

  @Test
  void headersOfReplaysAreThoseWritten() {
    Headers letter =
        new DeadLetterHeaders(new CloudEventHeaders())
            .of(origin(), "a", Instant.EPOCH, incoming(), 1);
    Headers written =
        new ReplayHeaders()
            .of(
                new ConsumerRecord<>(
                    Topics.IMAGE_RESTORATION_FAILED,
                    0,
                    7,
                    0L,
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    null,
                    new byte[0],
                    letter,
                    Optional.empty()));

    assertThat(names(written)).isEqualTo(properties(message("imageUploaded").path("headers")));
  }

  private void assertConstants(JsonNode headers, Headers written) {
    for (JsonNode part : headers.path("allOf")) {
      resolve(part)
          .path("properties")
          .properties()
          .forEach(
              property -> {
                if (property.getValue().has("const")) {
                  assertThat(written.lastHeader(property.getKey()).value())
                      .asString(StandardCharsets.UTF_8)
                      .isEqualTo(property.getValue().get("const").textValue());
                }
              });
    }
  }

  private Set<String> properties(JsonNode headers) {
    Set<String> names = new TreeSet<>();
    for (JsonNode part : headers.path("allOf")) {
      resolve(part).path("properties").fieldNames().forEachRemaining(names::add);
    }
    return names;
  }

  private JsonNode message(String name) {
    JsonNode message = document.at("/channels/" + name + "/messages/" + name);
    return resolve(message);
  }

  private JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
  }

  private static Set<String> names(Headers headers) {
    Set<String> names = new TreeSet<>();
    for (Iterator<Header> all = headers.iterator(); all.hasNext(); ) {
      names.add(all.next().key());
    }
    return names;
  }

  private static Origin origin() {
    return new Origin(Topics.IMAGE_UPLOADED, 0, 0, 0);
  }

  private static Headers incoming() {
    Headers headers = new RecordHeaders();
    for (String prefix : List.of("", "ce_")) {
      headers.add(
          prefix + TraceContext.TRACEPARENT,
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
              .getBytes(StandardCharsets.UTF_8));
      headers.add(prefix + TraceContext.TRACESTATE, "a=1".getBytes(StandardCharsets.UTF_8));
    }
    return headers;
  }

  private static JsonNode document() {
    try {
      return new YAMLMapper().readTree(Examples.SCHEMAS.resolve("asyncapi.yaml").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
