package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventSchemaTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image-uploaded",
        "s3-event-notification",
        "eventbridge-event",
        "sns-notification",
        "cloud-event",
        "restored-image",
        "image-restoration-failed",
        "image-replayed"
      })
  void schemasAreValidAndNamedByTheirFile(String name) {
    JsonNode schema =
        Examples.tree(Examples.bytes(Examples.SCHEMAS.resolve(name + ".schema.json")));

    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()))
                .validate(schema))
        .isEmpty();
    assertThat(schema.path("$id").textValue()).isEqualTo("urn:gpen-streams:" + name);
    assertThat(schema.path("title").textValue()).isEqualTo(name);
    assertThat(schema.findValuesAsText("$ref")).allMatch(ref -> ref.startsWith("#/$defs/"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          restored         | /imageId                                  | ''
          restored         | /outcome                                  | 'skipped'
          restored         | /reason                                   | 'no-face'
          restored         | /source/sha256                            | 'BA8D'
          restored         | /source/width                             | 0
          restored         | /source/height                            | 1.5
          restored         | /restored                                 | null
          restored         | /restored/scale                           | 3
          restored         | /restored/contentType                     | 'text/html'
          restored         | /restored/sizeBytes                       | 0
          restored         | /confidence                               | 1.01
          restored         | /confidence                               | -0.01
          restored         | /confidence                               | null
          restored         | /confidence                               | 'NaN'
          restored         | /hallucination                            | null
          restored         | /hallucination/level                      | 'extreme'
          restored         | /hallucination/score                      | 2
          restored         | /hallucination/map                        | {}
          restored         | /faces                                    | []
          restored         | /faces/0/index                            | -1
          restored         | /faces/0/box/width                        | 0
          restored         | /faces/0/box/x                            | null
          restored         | /faces/0/landmarks                        | [[0,0]]
          restored         | /faces/0/landmarks/4                      | [0,0,0]
          restored         | /faces/0/detection/confidence             | 1.5
          restored         | /faces/0/outcome                          | 'unchanged'
          restored         | /faces/0/outcome                          | 'skipped'
          restored         | /faces/0/reason                           | 'too-small'
          restored         | /faces/0/restoration                      | null
          restored         | /faces/0/restoration/upsampling           | 0.5
          restored         | /faces/0/restoration/effectiveResolution  | 0
          restored         | /faces/0/hallucination                    | null
          restored         | /faces/0/hallucination/synthesizedDetail  | 1.1
          restored         | /faces/0/hallucination/inconsistency      | -1
          restored         | /faces/0/hallucination/regions            | {}
          restored         | /faces/0/hallucination/regions/skin       | 7
          restored         | /faces/2/outcome                          | 'restored'
          restored         | /faces/2/reason                           | null
          restored         | /faces/2/reason                           | 'ugly'
          restored         | /faces/2/crop                             | {"bucket":"b","key":"k"}
          restored         | /faces/0/index                            | 256
          restored         | /facesOmitted                             | null
          restored         | /facesOmitted                             | {"ugly":1}
          restored         | /facesOmitted                             | {"too-small":0}
          restored         | /facesOmitted                             | {"too-small":"1"}
          no-face          | /facesOmitted                             | {"too-small":1}
          restored         | /model/name                               | ''
          restored         | /model/name                               | 'a\\u0000'
          restored         | /model/precision                          | 'int8'
          restored         | /model/generative                         | 'yes'
          restored         | /runtime/device                           | 'gpu'
          restored         | /timings/totalMs                          | -1
          restored         | /provenance                               | null
          restored         | /provenance/digitalSourceType             | 'photo'
          restored         | /restoredAt                               | 'yesterday'
          no-face          | /reason                                   | null
          no-face          | /reason                                   | 'all-faces-skipped'
          no-face          | /confidence                               | 0.5
          no-face          | /provenance                               | {"digitalSourceType":"x"}
          all-faces-skipped| /reason                                   | 'no-face'
          all-faces-skipped| /faces/0/outcome                          | 'restored'
          """)
  void restoredImageRejects(String example, String pointer, String value) {
    rejects("restored-image", "restored-image." + example, pointer, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          not-found | /imageId         | null
          not-found | /source/key      | ''
          not-found | /error/code      | 'OOPS'
          not-found | /error/stage     | 'upload'
          not-found | /error/message   | ''
          not-found | /error/retryable | null
          not-found | /attempts        | 0
          not-found | /failedAt        | 1795404001
          not-found | /eventBase64     | 'AA=='
          not-json  | /eventBase64     | '%%%'
          """)
  void imageRestorationFailedRejects(String example, String pointer, String value) {
    rejects("image-restoration-failed", "image-restoration-failed." + example, pointer, value);
  }

  @ParameterizedTest
  @CsvSource({
    "restored-image.restored,            /imageId,                      1280",
    "restored-image.restored,            /source/bucket,                255",
    "restored-image.restored,            /source/key,                   1024",
    "restored-image.restored,            /restored/bucket,              255",
    "restored-image.restored,            /restored/key,                 1024",
    "restored-image.restored,            /hallucination/map/bucket,     255",
    "restored-image.restored,            /hallucination/map/key,        1024",
    "restored-image.restored,            /faces/0/crop/bucket,          255",
    "restored-image.restored,            /faces/0/crop/key,             1024",
    "restored-image.restored,            /model/name,                   100",
    "restored-image.restored,            /runtime/provider,             100",
    "restored-image.restored,            /runtime/version,              100",
    "restored-image.restored,            /runtime/replica,              255",
    "image-restoration-failed.not-found, /imageId,                      1280",
    "image-restoration-failed.not-found, /source/bucket,                255",
    "image-restoration-failed.not-found, /source/key,                   1024",
    "image-restoration-failed.not-found, /source/versionId,             1024",
    "image-restoration-failed.not-found, /source/etag,                  256",
    "image-restoration-failed.not-found, /error/message,                1000",
    "image-uploaded.full,                /imageId,                      512",
    "image-uploaded.full,                /contentType,                  255",
    "image-uploaded.full,                /source/bucket,                255",
    "image-uploaded.full,                /source/key,                   1024",
    "image-uploaded.full,                /source/versionId,             1024",
    "image-uploaded.full,                /source/etag,                  256",
    "s3-event-notification.minio,        /Records/0/s3/bucket/name,      255",
    "s3-event-notification.minio,        /Records/0/s3/object/key,       3072",
    "s3-event-notification.minio,        /Records/0/s3/object/versionId, 1024",
    "s3-event-notification.minio,        /Records/0/s3/object/eTag,      256",
    "s3-event-notification.minio,        /Records/0/s3/object/contentType, 255",
    "eventbridge-event.object-created,   /detail/bucket/name,            255",
    "eventbridge-event.object-created,   /detail/object/key,             1024",
    "eventbridge-event.object-created,   /detail/object/etag,            256",
    "eventbridge-event.object-created,   /detail/object/version-id,      1024",
  })
  void textHasABound(String example, String pointer, int most) {
    EventSchema schema = new EventSchema(example.substring(0, example.indexOf('.')));
    JsonNode event = Examples.tree(Examples.bytes(example));
    int slash = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) event.at(pointer.substring(0, slash));
    String field = pointer.substring(slash + 1);

    for (String character : List.of("x", "\"", "é", "😀")) {
      parent.put(field, character.repeat(most));
      assertThat(schema.violation(event)).isEmpty();
      parent.put(field, character.repeat(most + 1));
      assertThat(schema.violation(event)).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "imageId",
        "outcome",
        "source",
        "restored",
        "confidence",
        "hallucination",
        "faces",
        "model",
        "runtime",
        "timings",
        "provenance",
        "restoredAt"
      })
  void restoredImageRequires(String field) {
    ObjectNode event = (ObjectNode) Examples.tree(Examples.bytes("restored-image.restored"));
    event.remove(field);

    assertThat(new EventSchema("restored-image").violation(event))
        .hasValueSatisfying(message -> assertThat(message).contains("'" + field + "'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"restored-image.restored", "image-restoration-failed.not-found"})
  void outputsMayGrow(String example) {
    ObjectNode event = (ObjectNode) Examples.tree(Examples.bytes(example));
    event.put("later", "addition");
    ((ObjectNode) event.get("source")).put("later", "addition");

    assertThat(new EventSchema(example.substring(0, example.indexOf('.'))).violation(event))
        .isEmpty();
  }

  private static void rejects(String schema, String example, String pointer, String value) {
    JsonNode event = Examples.tree(Examples.bytes(example));
    List<String> path = Arrays.asList(pointer.substring(1).split("/"));
    String last = path.get(path.size() - 1);
    JsonNode parent = event.at(pointer.substring(0, pointer.length() - last.length() - 1));
    boolean json = value.matches("null|-?[\\d.]+|[\\[{].*");
    JsonNode replacement =
        Examples.tree((json ? value : '"' + value + '"').getBytes(StandardCharsets.UTF_8));
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(last), replacement);
    } else {
      ((ObjectNode) parent).set(last, replacement);
    }

    assertThat(new EventSchema(schema).violation(event)).isPresent();
  }
}
