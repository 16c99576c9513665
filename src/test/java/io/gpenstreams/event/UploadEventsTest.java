package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gpenstreams.event.ImageUploaded.Options;
import io.gpenstreams.event.ImageUploaded.Source;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadEventsTest {
  private final UploadEvents events = new UploadEvents();

  @Test
  void minimalEvent() {
    assertThat(events.parse(Examples.bytes("image-uploaded.minimal")))
        .containsExactly(
            new ImageUploaded(
                "8f14e45f",
                new Source("photos", "2026/11/grandma.jpg", null, null),
                null,
                null,
                null,
                Options.NONE));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheEvent() {
    byte[] event = Examples.bytes("image-uploaded.minimal");
    byte[] marked = new byte[event.length + 3];
    marked[0] = (byte) 0xEF;
    marked[1] = (byte) 0xBB;
    marked[2] = (byte) 0xBF;
    System.arraycopy(event, 0, marked, 3, event.length);

    assertThat(events.parse(marked)).isEqualTo(events.parse(event));
  }

  @ParameterizedTest
  @CsvSource({
    "0000000007, schema registry's five bytes (schema 7)",
    "FEFF, UTF-16",
    "FFFE, UTF-16",
    "1F8B, gzip"
  })
  void whatProducersSendByMistakeIsNamed(String first, String words) {
    byte[] value =
        HexFormat.of()
            .parseHex(
                first
                    + HexFormat.of().formatHex("{\"imageId\":1}".getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> events.parse(value))
        .isInstanceOfSatisfying(
            RestorationException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_EVENT))
        .hasMessageContaining(words);
  }

  @Test
  void nullsAreAbsent() {
    assertThat(events.parse(Examples.bytes("image-uploaded.nulls")))
        .isEqualTo(events.parse(Examples.bytes("image-uploaded.minimal")));
    assertThat(parse(own("\"options\": null")))
        .extracting(ImageUploaded::options)
        .containsExactly(Options.NONE);
  }

  @Test
  void fullEvent() {
    assertThat(events.parse(Examples.bytes("image-uploaded.full")))
        .containsExactly(
            new ImageUploaded(
                "8f14e45f",
                new Source(
                    "photos",
                    "2026/11/grandma.jpg",
                    "3HL4kqtJlcpXroDTDmJrmSpXd3dIbrHY",
                    "d41d8cd98f00b204e9800998ecf8427e"),
                "image/jpeg",
                482113L,
                Instant.parse("2026-11-23T03:20:00Z"),
                new Options("2", 0.8, 32, "jpeg", true)));
  }

  @Test
  void awsNotification() {
    assertThat(events.parse(Examples.bytes("s3-event-notification.aws")))
        .containsExactly(
            new ImageUploaded(
                "photos/2026/11/grandma & grandpa.jpg",
                new Source(
                    "photos",
                    "2026/11/grandma & grandpa.jpg",
                    "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                    "d41d8cd98f00b204e9800998ecf8427e"),
                null,
                482113L,
                Instant.parse("2026-11-23T03:20:00Z"),
                Options.NONE),
            new ImageUploaded(
                "photos/2026/11/Straßenfest.png",
                new Source(
                    "photos",
                    "2026/11/Straßenfest.png",
                    null,
                    "9b2cf535f27731c974343645a3985328-9"),
                null,
                73400320L,
                Instant.parse("2026-11-23T03:20:00Z"),
                Options.NONE));
  }

  @Test
  void minioNotification() {
    assertThat(events.parse(Examples.bytes("s3-event-notification.minio")))
        .containsExactly(
            new ImageUploaded(
                "photos/2026/11/grandma.jpg",
                new Source(
                    "photos", "2026/11/grandma.jpg", null, "d41d8cd98f00b204e9800998ecf8427e"),
                "image/jpeg",
                482113L,
                Instant.parse("2026-11-23T03:20:00.123Z"),
                Options.NONE));
  }

  @Test
  void eventBridgeKeysAreNotEncoded() {
    assertThat(events.parse(Examples.bytes("eventbridge-event.object-created")))
        .containsExactly(
            new ImageUploaded(
                "photos/2026/11/grandma & grandpa+1.jpg",
                new Source(
                    "photos",
                    "2026/11/grandma & grandpa+1.jpg",
                    "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                    "d41d8cd98f00b204e9800998ecf8427e"),
                null,
                482113L,
                Instant.parse("2026-11-23T03:20:00Z"),
                Options.NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cloud-event.json-data",
        "cloud-event.base64",
        "cloud-event.text",
        "sns-notification.own-event",
        "eventbridge-event.own-event"
      })
  void anEnvelopeAsksForWhatIsInIt(String example) {
    byte[] value = Examples.bytes(example);

    assertThat(events.parse(value)).isEqualTo(events.parse(Examples.bytes("image-uploaded.full")));
    assertThat(events.only(value, 0)).isEqualTo(value);
  }

  @Test
  void anSnsMessageMayBeANotification() {
    byte[] value = Examples.bytes("sns-notification.s3");
    byte[] notification = Examples.bytes("s3-event-notification.aws");

    assertThat(events.parse(value)).hasSize(2).isEqualTo(events.parse(notification));
    assertThat(events.only(value, 1)).isEqualTo(events.only(notification, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sns-notification.confirmation", "eventbridge-event.object-deleted"})
  void whatOtherMessagesOfAwsSayNamesNoImage(String example) {
    assertThat(events.parse(Examples.bytes(example))).isEmpty();
  }

  @Test
  void envelopesMayBeInEnvelopesThreeDeep() {
    String event = own("\"contentType\": \"image/png\"");
    for (int i = 0; i < 3; i++) {
      event = cloudEvent("\"data\": " + event);
      assertThat(parse(event)).extracting(ImageUploaded::contentType).containsExactly("image/png");
    }
    String tooDeep = cloudEvent("\"data\": " + event);
    assertInvalid(() -> parse(tooDeep), "The event is in more than 3 envelopes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "data": {"imageId": 7}                    | In the CloudEvent's data:
          "data": {"imageId": "a", "source": {}}    | In the CloudEvent's data: source:
          "data": "not JSON"                        | In the CloudEvent's data: The value is not JSON
          "data": "{'a"                             | In the CloudEvent's data: The value is not JSON
          "data": ""                                | In the CloudEvent's data: The value is empty
          "data": null                              | In the CloudEvent's data: The event:
          "data": []                                | In the CloudEvent's data: The event:
          "data": {"Type": 1, "TopicArn": "x"}      | In the CloudEvent's data:
          "data_base64": "%%"                       | In the CloudEvent's data: data_base64: is not Base64
          "data_base64": "AAAAAAc="                 | In the CloudEvent's data: The value is not JSON
          "data_base64": 7                          | data_base64:
          "data": {}, "data_base64": ""             | The event:
          "type2": ""                               | The event:
          """)
  void whatIsWrongInAnEnvelopeIsSaidWithItsPlace(String data, String message) {
    assertInvalid(() -> parse(cloudEvent(data)), message);
  }

  @Test
  void olderCloudEventsAreNamed() {
    assertInvalid(
        () -> parse(cloudEvent("\"data\": {}").replace("\"1.0\"", "\"0.3\"")), "specversion: ");
  }

  private static String cloudEvent(String data) {
    return "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"t\", "
        + data
        + "}";
  }

  @Test
  void notificationsOfNothingCreatedNameNoImage() {
    assertThat(events.parse(Examples.bytes("s3-event-notification.aws-test"))).isEmpty();
    assertThat(parse("{\"Records\": []}")).isEmpty();
    assertThat(parse("{\"Records\": [{\"eventName\": \"s3:ObjectRemoved:Delete\"}]}")).isEmpty();
    assertThat(parse("{\"Records\": [{\"eventName\": \"ObjectRestore:Completed\", \"s3\": {}}]}"))
        .isEmpty();
  }

  @Test
  void emptyVersionAndEtagOfANotificationAreNone() {
    assertThat(parse(notification("a.jpg", ", \"versionId\": \"\", \"eTag\": \"\"")))
        .extracting(ImageUploaded::source)
        .containsExactly(new Source("photos", "a.jpg", null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a+b.jpg                  | a b.jpg
          a%2Bb.jpg                | a+b.jpg
          %E6%9D%B1%E4%BA%AC.jpg   | 東京.jpg
          東京.jpg                 | 東京.jpg
          100%25.jpg               | 100%.jpg
          %EF%BF%BD.jpg            | \uFFFD.jpg
          %F0%9F%91%B5.jpg         | 👵.jpg
          """)
  void keysOfNotificationsAreDecoded(String encoded, String key) {
    assertThat(parse(notification(encoded, "")))
        .extracting(image -> image.source().key(), ImageUploaded::imageId)
        .containsExactly(tuple(key, "photos/" + key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "%FF", "%C3", "%ED%A0%80", "%0A", "a%00b"})
  void keysOfNotificationsMustBeUrlEncodedText(String encoded) {
    assertInvalid(() -> parse(notification(encoded, "")), "Records[0].s3.object.key: ");
  }

  @Test
  void decodedKeysAreAtMost1024Bytes() {
    assertThat(parse(notification("%C3%A9".repeat(511) + "ab", ""))).hasSize(1);
    assertInvalid(
        () -> parse(notification("é".repeat(513), "")),
        "Records[0].s3.object.key: must have at most 1024 bytes in UTF-8");
    assertInvalid(
        () -> parse(notification("a".repeat(1025), "")), "Records[0].s3.object.key: must be at");
  }

  @Test
  void oneBadEntrySpoilsItsNotification() {
    String good =
        "{\"eventName\": \"ObjectCreated:Put\", \"s3\": {\"bucket\": {\"name\": \"b\"}, "
            + "\"object\": {\"key\": \"k\"}}}";

    assertThat(parse("{\"Records\": [" + good + "," + good + "]}")).hasSize(2);
    assertInvalid(
        () -> parse("{\"Records\": [" + good + ", {\"eventName\": \"ObjectCreated:Put\"}]}"),
        "Records[1]: required property 's3' not found");
  }

  @Test
  void notificationsHaveAtMost1000Records() {
    String record = "{\"eventName\": \"ObjectRemoved:Delete\"}";

    assertThat(parse("{\"Records\": [" + record + ("," + record).repeat(999) + "]}")).isEmpty();
    assertInvalid(
        () -> parse("{\"Records\": [" + record + ("," + record).repeat(1000) + "]}"),
        "Records: must have at most 1,000 items");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"Records": {}}                                                            | Records:
          {"Records": [7]}                                                           | Records[0]:
          {"Records": [{}]}                                                          | Records[0]:
          {"Records": [{"eventName": 7}]}                                            | Records[0].eventName:
          {"Records": [{"eventName": "ObjectCreated:Put", "s3": {}}]}                | Records[0].s3:
          {"Event": "s3:SomethingElse"}                                              | The event:
          """)
  void malformedNotifications(String json, String field) {
    assertInvalid(() -> parse(json), field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          , "size": -1          | size
          , "size": "1"         | size
          , "size": 1e300       | size
          , "eTag": 7           | eTag
          , "eTag": "a\\u000ab" | eTag
          , "versionId": {}     | versionId
          , "contentType": []   | contentType
          """)
  void malformedObjectsOfNotifications(String rest, String field) {
    assertInvalid(() -> parse(notification("a.jpg", rest)), "Records[0].s3.object." + field + ":");
  }

  @ParameterizedTest
  @CsvSource({"'auto',auto", "'1',1", "'2',2", "'4',4", "1,1", "2,2", "4,4", "2.0,2", "40e-1,4"})
  void scaleIsAStringOrANumber(String json, String scale) {
    String value = json.equals(scale) || json.equals("auto") ? '"' + json + '"' : json;

    assertThat(parse(own("\"options\": {\"scale\": " + value + "}")))
        .extracting(image -> image.options().scale())
        .containsExactly(scale);
    if (!scale.equals("auto")) {
      assertThat(parse(own("\"options\": {\"scale\": " + scale + "}")))
          .extracting(image -> image.options().scale())
          .containsExactly(scale);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T03:20:00Z, 2026-11-23T03:20:00Z",
    "2026-11-23T04:20:00.5+01:00, 2026-11-23T03:20:00.500Z",
    "2026-11-23T03:20:00.123456789Z, 2026-11-23T03:20:00.123456789Z"
  })
  void timesMayHaveAnOffset(String stated, Instant time) {
    assertThat(parse(own("\"uploadedAt\": \"" + stated + "\"")))
        .extracting(ImageUploaded::uploadedAt)
        .containsExactly(time);
  }

  @Test
  void unknownFieldsAreIgnored() {
    assertThat(parse(own("\"Records\": 7, \"x\": {\"y\": [1]}, \"options\": {\"sharpen\": true}")))
        .isEqualTo(events.parse(Examples.bytes("image-uploaded.minimal")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                             | The event: required property 'imageId'
          []                                                             | The event: array found
          7                                                              | The event: integer found
          null                                                           | The event: null found
          {"imageId": "a"}                                               | The event: required property 'source'
          {"imageId": 7, "source": {"bucket": "b", "key": "k"}}          | imageId: integer found
          {"imageId": null, "source": {"bucket": "b", "key": "k"}}       | imageId: null found
          {"imageId": "", "source": {"bucket": "b", "key": "k"}}         | imageId: must be at least 1
          {"imageId": "a\\n", "source": {"bucket": "b", "key": "k"}}     | imageId: does not match
          {"imageId": "a\\u0085", "source": {"bucket": "b", "key": "k"}} | imageId: does not match
          {"imageId": "\\u0000", "source": {"bucket": "b", "key": "k"}}  | imageId: does not match
          {"imageId": "a", "source": "b/k"}                              | source: string found
          {"imageId": "a", "source": {"key": "k"}}                       | source: required property 'bucket'
          {"imageId": "a", "source": {"bucket": "b"}}                    | source: required property 'key'
          {"imageId": "a", "source": {"bucket": "", "key": "k"}}         | source.bucket: must be at least 1
          {"imageId": "a", "source": {"bucket": "b", "key": ""}}         | source.key: must be at least 1
          {"imageId": "a", "source": {"bucket": "b", "key": "\\r\\n"}}   | source.key: does not match
          {"imageId": "a", "source": {"bucket": "b", "key": "k", "etag": "\\"x\\"\\r\\nX-Y: z"}} | source.etag: does not match
          {"imageId": "a", "source": {"bucket": "b", "key": "k", "versionId": ""}} | source.versionId: must be at least 1
          """)
  void malformedEvents(String json, String message) {
    assertInvalid(() -> parse(json), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "contentType": 7                   | contentType:
          "contentType": "image/jpeg\\r\\n"  | contentType:
          "sizeBytes": -1                    | sizeBytes:
          "sizeBytes": 1.5                   | sizeBytes:
          "sizeBytes": 9007199254740992      | sizeBytes:
          "sizeBytes": 1e100                 | sizeBytes:
          "uploadedAt": 1795404000           | uploadedAt:
          "uploadedAt": "2026-11-23"         | uploadedAt:
          "uploadedAt": "2026-02-30T00:00:00Z" | uploadedAt:
          "uploadedAt": "2026-11-23T00:00:00.00000000000000000000000000000000000000000000Z" | uploadedAt:
          "options": []                      | options:
          "options": {"scale": "3"}          | options.scale:
          "options": {"scale": 3}            | options.scale:
          "options": {"scale": 2.5}          | options.scale:
          "options": {"scale": true}         | options.scale:
          "options": {"blend": 1.01}         | options.blend:
          "options": {"blend": -0.01}        | options.blend:
          "options": {"blend": "1"}          | options.blend:
          "options": {"blend": 1e300}        | options.blend:
          "options": {"maxFaces": -1}        | options.maxFaces:
          "options": {"maxFaces": 1.5}       | options.maxFaces:
          "options": {"maxFaces": "all"}     | options.maxFaces:
          "options": {"maxFaces": 2147483648} | options.maxFaces:
          "options": {"format": "gif"}       | options.format:
          "options": {"format": 1}           | options.format:
          "options": {"faceCrops": "yes"}    | options.faceCrops:
          "options": {"faceCrops": 1}        | options.faceCrops:
          """)
  void malformedFields(String field, String message) {
    assertInvalid(() -> parse(own(field)), message);
  }

  @Test
  void lengthsAreLimited() {
    String form = "{\"imageId\": \"%s\", \"source\": {\"bucket\": \"%s\", \"key\": \"%s\"}}";

    assertThat(parse(form.formatted("👵".repeat(512), "b".repeat(255), "é".repeat(512))))
        .hasSize(1);
    assertInvalid(() -> parse(form.formatted("a".repeat(513), "b", "k")), "imageId: must be at");
    assertInvalid(
        () -> parse(form.formatted("a", "b".repeat(256), "k")), "source.bucket: must be at");
    assertInvalid(
        () -> parse(form.formatted("a", "b", "k".repeat(1025))), "source.key: must be at");
    assertInvalid(
        () -> parse(form.formatted("a", "b", "é".repeat(513))),
        "source.key: must have at most 1024 bytes in UTF-8");
  }

  @Test
  void noValue() {
    assertInvalid(() -> events.parse(null), "The record has no value");
    assertInvalid(() -> parse(""), "The value is empty");
    assertInvalid(() -> parse(" \n"), "The value is empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"imageId\": \"a\"",
        "nul",
        "{} {}",
        "{}x",
        "\"\\uD83D\"",
        "{\"\\uDC00\": 1}",
        "{\"a\": 1, \"a\": 2}",
        "NaN",
        "[1,]",
        "{'a': 1}",
        "/* */ {}",
        "01",
        "\u0000",
        "1e401",
        "1e999999999",
        "1e-999999999",
        "0e9999999999",
        "1e99999999999999999999"
      })
  void notJson(String text) {
    assertInvalid(() -> parse(text), "The value ");
  }

  @Test
  void otherEncodingsAreRefused() {
    for (Charset charset : List.of(StandardCharsets.UTF_16LE, Charset.forName("UTF-32BE"))) {
      assertInvalid(() -> events.parse(own("\"x\": 1").getBytes(charset)), "The value ");
    }
    assertInvalid(() -> events.parse(new byte[] {'"', (byte) 0xff, '"'}), "The value is not UTF-8");
    assertInvalid(
        () -> events.parse(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}),
        "The value is not UTF-8");
  }

  @Test
  void costsAreLimited() {
    assertInvalid(() -> parse("[".repeat(500_000)), "The value is not JSON");
    assertInvalid(() -> parse(own("\"x\": " + "[".repeat(65) + "]".repeat(65))), "The value ");
    assertInvalid(() -> parse("9".repeat(101)), "The value ");
    assertInvalid(() -> parse("[" + "[],".repeat(200_000) + "0]"), "The value ");
    assertInvalid(() -> parse("{\"" + "a".repeat(2000) + "\": 1}"), "The value ");
    assertInvalid(
        () -> events.parse(new byte[RecordLimits.MAX_VALUE_BYTES + 1]),
        "The value has 524289 bytes, of which at most 524288 are read");
  }

  @Test
  void namesMadeToCollideAreRefused() {
    String names =
        IntStream.range(0, 4096)
            .mapToObj(
                i ->
                    IntStream.range(0, 12)
                        .mapToObj(bit -> (i >> bit & 1) == 0 ? "B!" : "AB")
                        .collect(Collectors.joining("", "\"", "\": 1")))
            .collect(Collectors.joining(",", "{", "}"));

    assertInvalid(() -> parse(names), "The value is not JSON");
  }

  private List<ImageUploaded> parse(String json) {
    return events.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String own(String fields) {
    return "{\"imageId\": \"8f14e45f\", "
        + "\"source\": {\"bucket\": \"photos\", \"key\": \"2026/11/grandma.jpg\"}, "
        + fields
        + "}";
  }

  private static String notification(String key, String fields) {
    return "{\"Records\": [{\"eventName\": \"ObjectCreated:Put\", \"s3\": "
        + "{\"bucket\": {\"name\": \"photos\"}, \"object\": {\"key\": \"%s\"%s}}}]}"
            .formatted(key, fields);
  }

  private static void assertInvalid(ThrowingCallable parsing, String message) {
    assertThatThrownBy(parsing)
        .isInstanceOfSatisfying(
            RestorationException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_EVENT);
              assertThat(e.stage()).isEqualTo(Stage.EVENT);
            })
        .hasMessageStartingWith(message);
  }
}
