package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:20:01Z");
  private static final Origin ORIGIN = new Origin(Topics.IMAGE_UPLOADED, 3, 4_000_000_000L, 0);
  private final RestorationException invalid =
      new RestorationException(ErrorCode.INVALID_EVENT, Stage.EVENT, "Wrong");

  private final DeadLetters letters = new DeadLetters(new UploadEvents());
  private final UploadEvents uploads = new UploadEvents();
  private final EventJson json = new EventJson();
  private final EventSchema schema = new EventSchema("image-restoration-failed");

  @Test
  void ofAnImage() {
    byte[] value = Examples.bytes("s3-event-notification.minio");
    ImageUploaded image = new UploadEvents().parse(value).get(0);

    RestorationFailed letter =
        letters.letter(
            ORIGIN,
            value,
            image,
            new RestorationException(
                ErrorCode.STORAGE_UNAVAILABLE,
                Stage.STORE,
                "The bucket restored does not answer",
                new IllegalStateException("secret")),
            5,
            Instant.parse("2026-11-23T03:21:17.250Z"));

    assertThat(Examples.tree(json.write(letter)))
        .isEqualTo(Examples.tree(Examples.bytes("image-restoration-failed.out-of-attempts")));
  }

  @Test
  void anInvalidEventStillSaysWhichPhoto() {
    RestorationFailed letter =
        letter(
            "{\"imageId\": \"a\", \"source\": {\"bucket\": \"b\", \"key\": \"k\"}, \"options\": 1}");

    assertThat(letter.imageId()).isEqualTo("a");
    assertThat(letter.source()).isEqualTo(new ImageUploaded.Source("b", "k", null, null));
    assertThat(letter.event().path("options").intValue()).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"imageId\": 7, \"source\": {\"bucket\": \"b\"}}",
        "{\"imageId\": \"\", \"source\": null}",
        "{\"imageId\": \"a\\n\", \"source\": []}",
        "[]",
        "null",
        "7.50e1"
      })
  void whatIsNotValidIsOnlyRepeated(String value) {
    RestorationFailed letter = letter(value);

    assertThat(letter.imageId()).isNull();
    assertThat(letter.source()).isNull();
    assertThat(letter.eventBase64()).isNull();
    assertThat(letter.event()).isEqualTo(Examples.tree(value.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\": 1, \"a\": 2}", "\"\\uD83D\"", "1e999999999"})
  void whatIsNotExactJsonIsRepeatedInBase64(String value) {
    RestorationFailed letter = letter(value);

    assertThat(letter.event()).isNull();
    assertThat(new String(Base64.getDecoder().decode(letter.eventBase64()), StandardCharsets.UTF_8))
        .isEqualTo(value);
  }

  @Test
  void whatIsMissingOrTooLargeIsNotRepeated() {
    byte[] json = new byte[RecordLimits.MAX_VALUE_BYTES + 1];
    Arrays.fill(json, (byte) ' ');
    json[0] = '1';

    for (byte[] value : new byte[][] {null, json, new byte[10 << 20]}) {
      RestorationFailed letter = letter(value);
      assertThat(letter.event()).isNull();
      assertThat(letter.eventBase64()).isNull();
      assertThat(letter.eventReference())
          .isEqualTo(
              value == null
                  ? null
                  : new RestorationFailed.Reference(
                      Topics.IMAGE_UPLOADED,
                      3,
                      4_000_000_000L,
                      (long) value.length,
                      DigestUtils.sha256Hex(value)));
    }
    assertThat(letter(Arrays.copyOf(json, RecordLimits.MAX_VALUE_BYTES)).event()).isNotNull();
  }

  @Test
  void lettersFitIntoARecordOfKafkasDefaultSize() {
    byte[] worst = new byte[RecordLimits.MAX_VALUE_BYTES];
    Arrays.fill(worst, (byte) 0xff);
    String growing = "[" + "1e5,".repeat(40_000) + "0]";

    assertThat(json.write(letter(worst))).hasSizeLessThan(720 << 10);
    assertThat(json.write(letter(growing))).hasSizeLessThan(720 << 10);
  }

  @Test
  void aRefusedRecordIsReferredTo() {
    RestorationFailed letter =
        letters.letter(
            ORIGIN,
            RecordLimits.check(new byte[RecordLimits.MAX_VALUE_BYTES + 1], new RecordHeaders())
                .orElseThrow(),
            new RestorationException(ErrorCode.EVENT_TOO_LARGE, Stage.EVENT, "Too large"),
            NOW);
    RestorationFailed unreadable =
        letters.letter(ORIGIN, RefusedRecord.unreadable("Damaged"), invalid, NOW);

    assertValid(letter);
    assertValid(unreadable);
    assertThat(letter.eventReference().sizeBytes()).isEqualTo(524_289);
    assertThat(letter.eventReference().sha256())
        .isEqualTo(DigestUtils.sha256Hex(new byte[RecordLimits.MAX_VALUE_BYTES + 1]));
    assertThat(unreadable.eventReference().sizeBytes()).isNull();
    assertThat(unreadable.eventReference().offset()).isEqualTo(ORIGIN.offset());
  }

  @Test
  void theLettersOfANotificationAreNotMuchLargerThanIt() {
    byte[] value = notification(1000, 400);
    List<ImageUploaded> images = uploads.parse(value);
    RestorationException forbidden =
        new RestorationException(ErrorCode.SOURCE_FORBIDDEN, Stage.FETCH, "Not allowed");

    long bytes = 0;
    for (int index = 0; index < images.size(); index++) {
      Origin origin = new Origin(Topics.IMAGE_UPLOADED, 3, 40, index);
      RestorationFailed letter =
          letters.letter(origin, value, images.get(index), forbidden, 1, NOW);
      assertThat(uploads.parse(json.write(letter.event()))).containsExactly(images.get(index));
      assertThat(letter.eventReference().sha256()).isEqualTo(DigestUtils.sha256Hex(value));
      bytes += json.write(letter).length;
      if (index == 0) {
        assertValid(letter);
      }
    }

    assertThat(images).hasSize(1000);
    assertThat(value).hasSizeGreaterThan(480 << 10);
    assertThat(bytes).isLessThan(value.length + 1000 * 600);
  }

  @Test
  void theLettersOfAnEnvelopeHoldTheirOwnPart() {
    byte[] value = Examples.bytes("sns-notification.s3");
    List<ImageUploaded> images = uploads.parse(value);
    RestorationException forbidden =
        new RestorationException(ErrorCode.SOURCE_FORBIDDEN, Stage.FETCH, "Not allowed");
    Origin second = new Origin(Topics.IMAGE_UPLOADED, 3, 40, 1);

    RestorationFailed letter = letters.letter(second, value, images.get(1), forbidden, 1, NOW);

    assertThat(uploads.parse(json.write(letter.event()))).containsExactly(images.get(1));
    assertThat(letter.eventReference().sha256()).isEqualTo(DigestUtils.sha256Hex(value));
    assertValid(letter);
  }

  @Test
  void anInvalidEventInAnEnvelopeIsNamed() {
    byte[] value =
        """
        {"specversion": "1.0", "id": "1", "source": "s", "type": "t",
         "data": {"imageId": "a", "source": {"bucket": "b", "key": "k"}, "sizeBytes": -1}}
        """
            .getBytes(StandardCharsets.UTF_8);

    RestorationFailed letter = letters.letter(ORIGIN, value, null, invalid, 1, NOW);

    assertThat(letter.imageId()).isEqualTo("a");
    assertThat(letter.source()).isEqualTo(new ImageUploaded.Source("b", "k", null, null));
    assertThat(letter.event()).isEqualTo(Examples.tree(value));
  }

  @Test
  void aRecordThatCannotBeReadBackIsRepeatedOnce() {
    byte[] value = Examples.bytes("s3-event-notification.minio");
    Origin second = new Origin(Topics.IMAGE_UPLOADED, 3, 40, 1);

    RestorationFailed first = letters.letter(ORIGIN, value, null, invalid, 1, NOW);
    RestorationFailed other = letters.letter(second, value, null, invalid, 1, NOW);

    assertThat(first.event()).isNotNull();
    assertThat(other.event()).isNull();
    assertThat(other.eventReference().sizeBytes()).isEqualTo(value.length);
  }

  private static byte[] notification(int objects, int padding) {
    String object =
        "{\"eventName\": \"ObjectCreated:Put\", \"padding\": \""
            + "x".repeat(padding)
            + "\", \"s3\": {\"bucket\": {\"name\": \"b\"}, \"object\": {\"key\": \"k%d\"}}}";
    return IntStream.range(0, objects)
        .mapToObj(object::formatted)
        .collect(Collectors.joining(",", "{\"Records\": [", "]}"))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void messagesAreSentencesOfLimitedLength() {
    assertThat(messageOf(null)).isEqualTo("INTERNAL");
    assertThat(messageOf(" ")).isEqualTo("INTERNAL");
    assertThat(messageOf("It broke")).isEqualTo("It broke");
    assertThat(messageOf("x".repeat(5000))).hasSize(1000).endsWith("x…");
  }

  private String messageOf(String message) {
    RestorationFailed letter =
        letters.letter(
            ORIGIN,
            null,
            null,
            new RestorationException(ErrorCode.INTERNAL, Stage.RESTORE, message),
            1,
            NOW);
    assertValid(letter);
    return letter.error().message();
  }

  private RestorationFailed letter(String value) {
    return letter(value.getBytes(StandardCharsets.UTF_8));
  }

  private RestorationFailed letter(byte[] value) {
    RestorationFailed letter = letters.letter(ORIGIN, value, null, invalid, 1, NOW);
    assertValid(letter);
    return letter;
  }

  private void assertValid(RestorationFailed letter) {
    assertThat(schema.violation(Examples.tree(json.write(letter)))).isEmpty();
  }
}
