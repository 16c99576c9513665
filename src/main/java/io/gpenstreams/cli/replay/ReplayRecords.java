package io.gpenstreams.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.DeadLetterHeaders;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.ReplayHeaders;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.Topics;
import io.gpenstreams.event.UploadEvents;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Makes the record that requests a dead letter's image again, and nothing else. The letter and its
 * headers are untrusted.
 */
final class ReplayRecords {
  private final UploadEvents uploads = new UploadEvents();
  private final EventJson json = new EventJson();
  private final ReplayHeaders headers = new ReplayHeaders();

  /**
   * Reads a dead letter.
   *
   * @throws IllegalArgumentException whose message says why it is not one
   */
  RestorationFailed read(byte[] value) {
    if (value == null) {
      throw new IllegalArgumentException("it has no value");
    }
    RestorationFailed letter;
    try {
      letter = json.readFailed(value);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("it is not the JSON of a dead letter", e);
    }
    if (letter == null
        || letter.error() == null
        || letter.error().code() == null
        || letter.failedAt() == null) {
      throw new IllegalArgumentException("it says neither what failed nor when");
    }
    return letter;
  }

  /**
   * The record to send. It has no timestamp, so that it gets the time of sending: retention would
   * delete a record with the original's time.
   *
   * @param record the letter's record
   * @param letter what {@link #read} returned for it
   * @throws IllegalArgumentException whose message says why there is none
   */
  ProducerRecord<byte[], byte[]> replay(
      ConsumerRecord<byte[], byte[]> record, RestorationFailed letter) {
    byte[] event = event(letter);
    // A letter of an invalid record stands for the whole record, any other for one image.
    byte[] value = isWhole(letter) ? event : uploads.only(event, index(record, letter, event));
    byte[] key = letter.imageId() == null ? null : letter.imageId().getBytes(UTF_8);
    return new ProducerRecord<>(Topics.IMAGE_UPLOADED, null, key, value, headers.of(record));
  }

  private byte[] event(RestorationFailed letter) {
    if (letter.event() != null) {
      return json.write(letter.event());
    }
    if (letter.eventBase64() == null) {
      throw new IllegalArgumentException(
          "it does not hold the event, which was empty or too large for it");
    }
    try {
      return Base64.getDecoder().decode(letter.eventBase64());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its event is not base64", e);
    }
  }

  private static boolean isWhole(RestorationFailed letter) {
    return letter.error().code() == ErrorCode.INVALID_EVENT;
  }

  private int index(ConsumerRecord<byte[], byte[]> record, RestorationFailed letter, byte[] event) {
    List<ImageUploaded> images;
    try {
      images = uploads.parse(event);
    } catch (RestorationException e) {
      throw new IllegalArgumentException("its event is invalid: " + e.getMessage(), e);
    }
    // If a notification names an object twice, only the headers tell the two apart.
    for (int index = 0; index < images.size(); index++) {
      if (names(images.get(index), letter) && isIndex(record.headers(), index)) {
        return index;
      }
    }
    for (int index = 0; index < images.size(); index++) {
      if (names(images.get(index), letter)) {
        return index;
      }
    }
    throw new IllegalArgumentException("its event does not name its image");
  }

  private static boolean names(ImageUploaded image, RestorationFailed letter) {
    return image.imageId().equals(letter.imageId()) && image.source().equals(letter.source());
  }

  private static boolean isIndex(Headers letter, int index) {
    String position =
        text(letter, DeadLetterHeaders.ORIGINAL_TOPIC)
            + "-"
            + text(letter, DeadLetterHeaders.ORIGINAL_PARTITION)
            + "-"
            + text(letter, DeadLetterHeaders.ORIGINAL_OFFSET);
    return text(letter, ReplayHeaders.EVENT_ID).equals(position + "-" + index);
  }

  private static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }
}
