package io.gpenstreams.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Makes the record that asks once more for what a dead letter gave up, and for nothing else. Trusts
 * neither the letter nor its headers.
 */
public final class Replays {
  private final UploadEvents uploads = new UploadEvents();
  private final EventJson json = new EventJson();
  private final ReplayHeaders headers = new ReplayHeaders();

  /**
   * Reads a dead letter.
   *
   * @throws IllegalArgumentException saying why it is none
   */
  public RestorationFailed read(byte[] value) {
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
   * The record to send. Its time is that of sending, lest retention takes it at once.
   *
   * @param record the letter as it lies in its topic
   * @param letter what {@link #read} made of it
   * @throws IllegalArgumentException saying why there is none
   */
  public ProducerRecord<byte[], byte[]> replay(
      ConsumerRecord<byte[], byte[]> record, RestorationFailed letter) {
    byte[] event = event(letter);
    // A record that could not be read was given up as a whole, every other one image by image.
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
    // One notification may name an object twice: then only the headers tell the two apart.
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
    String place =
        text(letter, DeadLetterHeaders.ORIGINAL_TOPIC)
            + "-"
            + text(letter, DeadLetterHeaders.ORIGINAL_PARTITION)
            + "-"
            + text(letter, DeadLetterHeaders.ORIGINAL_OFFSET);
    return text(letter, ReplayHeaders.EVENT_ID).equals(place + "-" + index);
  }

  private static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }
}
