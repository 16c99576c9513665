package io.gpenstreams.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.net.URLEncoder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

class ReplaysTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:20:00Z");
  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private final RestorationException away =
      new RestorationException(ErrorCode.STORAGE_UNAVAILABLE, Stage.FETCH, "S3 does not answer");

  private final UploadEvents uploads = new UploadEvents();
  private final DeadLetters letters = new DeadLetters(new UploadEvents());
  private final DeadLetterHeaders letterHeaders = new DeadLetterHeaders(new CloudEventHeaders());
  private final EventJson json = new EventJson();
  private final Replays replays = new Replays();

  @Property(tries = 500)
  void asksForExactlyTheImageOfTheLetter(
      @ForAll("notifications") String notification, @ForAll("indices") int some) {
    byte[] value = notification.getBytes(UTF_8);
    List<ImageUploaded> images = uploads.parse(value);
    if (images.isEmpty()) {
      return;
    }
    int index = some % images.size();

    ProducerRecord<byte[], byte[]> replay = replay(letter(value, index, new RecordHeaders()));

    assertThat(uploads.parse(replay.value())).containsExactly(images.get(index));
    assertThat(replay.key()).isEqualTo(images.get(index).imageId().getBytes(UTF_8));
  }

  @Property
  void anythingInTheTopicIsReadOrRefused(@ForAll byte[] value) {
    assertReadOrRefused(value, new RecordHeaders());
  }

  @Property
  void anythingInALetterIsSentOrRefused(
      @ForAll("fragments") String event,
      @ForAll("fragments") String id,
      @ForAll("fragments") String source,
      @ForAll ErrorCode code) {
    String text =
        """
        {"imageId": %s, "source": %s, "error": {"code": "%s"}, "failedAt": "2026-11-23T03:20:00Z",
         "event": %s}\
        """
            .formatted(id, source, code, event);
    assertReadOrRefused(
        text.getBytes(UTF_8), new RecordHeaders().add("ce_id", null).add("original-topic", null));
  }

  private void assertReadOrRefused(byte[] value, Headers headers) {
    ConsumerRecord<byte[], byte[]> record = record(value, headers);
    try {
      assertThat(replays.replay(record, replays.read(value)).value()).isNotNull();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("it");
    }
  }

  @Example
  void repeatsTheWholeEventOfThePlatform() {
    byte[] value = Examples.bytes("image-uploaded.full");

    assertThat(Examples.tree(replay(letter(value, 0, new RecordHeaders())).value()))
        .isEqualTo(Examples.tree(value));
  }

  @Example
  void tellsAnObjectNamedTwiceApart() {
    byte[] value =
        """
        {"Records": [%s, %s]}\
        """
            .formatted(entry("a", "1"), entry("a", "1"))
            .replaceFirst("\"size\": 1", "\"size\": 2")
            .getBytes(UTF_8);

    for (int index = 0; index < 2; index++) {
      assertThat(uploads.parse(replay(letter(value, index, new RecordHeaders())).value()))
          .containsExactly(uploads.parse(value).get(index));
    }
  }

  @Example
  void repeatsWhatWasNoEventByteByByte() {
    for (byte[] value : List.of("{\"a\": ".getBytes(UTF_8), new byte[] {(byte) 0xff, 0})) {
      assertThat(replay(invalid(value)).value()).isEqualTo(value);
      assertThat(replay(invalid(value)).key()).isNull();
    }
  }

  @Example
  void repeatsANotificationThatCouldNotBeReadAsAWhole() {
    String value = "{\"Records\": [" + entry("a", "1") + ", {\"eventName\": 7}]}";

    assertThat(Examples.tree(replay(invalid(value.getBytes(UTF_8))).value()))
        .isEqualTo(Examples.tree(value.getBytes(UTF_8)));
  }

  @Example
  void hasTheHeadersOfTheOriginalAndSaysWhatItRepeats() {
    Headers original =
        new RecordHeaders()
            .add("traceparent", PARENT.getBytes(UTF_8))
            .add("ce_id", "platform-7".getBytes(UTF_8))
            .add("empty", null)
            .add(ReplayHeaders.REPLAY_OF_LETTER, "image-restoration-failed-0-1".getBytes(UTF_8))
            .add(ReplayHeaders.REPLAY_OF_EVENT, "image-uploaded-0-1-0".getBytes(UTF_8));
    byte[] value = Examples.bytes("image-uploaded.minimal");

    Headers headers = replay(letter(value, 0, original)).headers();

    assertThat(headers)
        .extracting(Header::key, header -> header.value() == null ? "" : text(header))
        .containsExactly(
            tuple("traceparent", PARENT),
            tuple("ce_id", "platform-7"),
            tuple("empty", ""),
            tuple("replay-of-letter", "image-restoration-failed-2-17"),
            tuple("replay-of-event", "image-uploaded-3-40-0"));
  }

  @Example
  void refusesALetterWithoutItsEvent() {
    byte[] large = new byte[RecordLimits.MAX_VALUE_BYTES + 1];

    assertThatThrownBy(() -> replay(invalid(large)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large");
  }

  @Example
  void refusesALetterWhoseEventNamesOtherImages() {
    ImageUploaded other = uploads.parse(Examples.bytes("image-uploaded.full")).get(0);
    byte[] value = Examples.bytes("image-uploaded.minimal");
    byte[] letter = json.write(letters.letter(origin(0), value, other, away, 1, NOW));

    assertThatThrownBy(() -> replay(record(letter, new RecordHeaders())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not name its image");
  }

  @Provide
  Arbitrary<Integer> indices() {
    return Arbitraries.integers().between(0, 999);
  }

  @Provide
  Arbitrary<String> notifications() {
    Arbitrary<String> keys =
        Arbitraries.oneOf(
            Arbitraries.of("a", "b", "c"),
            Arbitraries.strings()
                .withCharRange(' ', '~')
                .withCharRange('\u00a0', '\ud7ff')
                .ofMinLength(1)
                .ofMaxLength(60));
    Arbitrary<String> created =
        Combinators.combine(keys, Arbitraries.of("1", "20", "9007199254740991", "null"))
            .as(ReplaysTest::entry);
    Arbitrary<String> removed =
        Arbitraries.of(
            "{\"eventName\": \"ObjectRemoved:Delete\"}", "{\"eventName\": \"s3:TestEvent\"}");
    return Combinators.combine(
            Arbitraries.frequencyOf(Tuple.of(4, created), Tuple.of(1, removed))
                .list()
                .ofMaxSize(12),
            Arbitraries.of("", "\"EventName\": \"x\", \"Key\": 1.50, ", "\"é\": [1E5, {}], "))
        .as((entries, more) -> "{" + more + "\"Records\": " + entries + "}");
  }

  @Provide
  Arbitrary<String> fragments() {
    String image = "{\"imageId\": \"a\", \"source\": {\"bucket\": \"b\", \"key\": \"a\"}}";
    return Arbitraries.oneOf(
        Arbitraries.of(
            "null",
            "\"a\"",
            "\"b/a\"",
            "{\"bucket\": \"b\", \"key\": \"a\"}",
            image,
            image.replace("\"a\"", "1e999999999"),
            "{\"Records\": [" + entry("a", "1") + "]}",
            "{\"Records\": []}",
            "{\"Records\": [{}]}",
            "[" + "[".repeat(200) + "]".repeat(200) + "]",
            "1e999999999",
            "\"\\ud800\"",
            "{\"a\": 1, \"a\": 2}"),
        Arbitraries.strings().ofMaxLength(10));
  }

  private static String entry(String key, String size) {
    return """
    {"eventName": "ObjectCreated:Put", "eventTime": "2026-11-23T03:20:00.000Z",
     "s3": {"bucket": {"name": "b"}, "object": {"key": "%s", "size": %s}}}\
    """
        .formatted(URLEncoder.encode(key, UTF_8), size);
  }

  private ProducerRecord<byte[], byte[]> replay(ConsumerRecord<byte[], byte[]> letter) {
    return replays.replay(letter, replays.read(letter.value()));
  }

  private ConsumerRecord<byte[], byte[]> letter(byte[] value, int index, Headers original) {
    ImageUploaded image = uploads.parse(value).get(index);
    return record(
        json.write(letters.letter(origin(index), value, image, away, 5, NOW)),
        letterHeaders.of(origin(index), image.imageId(), NOW, original, 1));
  }

  private ConsumerRecord<byte[], byte[]> invalid(byte[] value) {
    RestorationException failure =
        new RestorationException(ErrorCode.INVALID_EVENT, Stage.EVENT, "The value is no event");
    return record(
        json.write(letters.letter(origin(0), value, null, failure, 1, NOW)),
        letterHeaders.of(origin(0), null, NOW, new RecordHeaders(), 0));
  }

  private static Origin origin(int index) {
    return new Origin(Topics.IMAGE_UPLOADED, 3, 40, index);
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        Topics.IMAGE_RESTORATION_FAILED,
        2,
        17,
        0L,
        TimestampType.CREATE_TIME,
        0,
        value.length,
        null,
        value,
        headers,
        Optional.empty());
  }

  private static String text(Header header) {
    return new String(header.value(), UTF_8);
  }
}
