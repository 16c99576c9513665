package io.gpenstreams.hostile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.record.CompressionType;

/**
 * Something that nobody in their right mind sends.
 *
 * @param objects photos by their keys in the bucket {@link #BUCKET}
 * @param batch what is sent; made when it is, since its records may carry the time
 * @param expected of each of the batch's records, in their order
 * @param letterBytes most bytes of all dead letters together, headers included
 * @param alone whether nothing else is to be sent at the same time, so that it is known what it
 *     costs
 */
public record HostileCase(
    String name,
    Map<String, Supplier<byte[]>> objects,
    Supplier<RawBatch> batch,
    List<Expected> expected,
    int letterBytes,
    boolean alone) {
  /** The bucket of the photos. */
  public static final String BUCKET = "photos";

  /** A bucket that exists, but that the service may not read. */
  public static final String FORBIDDEN = "private";

  /** Key of a photo with one face and nothing strange about it. */
  public static final String GOOD = "good.jpg";

  // Enough to repeat an original of the largest size once, as JSON or in base64, with its headers.
  private static final int LETTER_BYTES = 1 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A batch of records. */
  static HostileCase of(String name, Supplier<RawBatch> batch, Expected... expected) {
    return new HostileCase(name, Map.of(), batch, List.of(expected), LETTER_BYTES, false);
  }

  /** One record. */
  static HostileCase record(String name, Supplier<RawRecord> record, Expected expected) {
    return of(name, () -> RawBatch.of(record.get()), expected);
  }

  /** A file, and an event that asks for it. */
  static HostileCase photo(String name, Supplier<byte[]> file, String... results) {
    return photos(name, 1, file, results);
  }

  /** A file that is asked for several times at once, under different ids. */
  static HostileCase photos(String name, int times, Supplier<byte[]> file, String... results) {
    List<String> ids = IntStream.range(0, times).mapToObj(i -> name + "-" + i).toList();
    return new HostileCase(
        name,
        Map.of(name, file),
        () ->
            new RawBatch(
                CompressionType.NONE,
                ids.stream().map(id -> RawRecord.of(event(id, name))).toList()),
        ids.stream().map(id -> Expected.one(results)).toList(),
        LETTER_BYTES,
        false);
  }

  /** The same with another bound of its letters. */
  HostileCase letters(int bytes) {
    return new HostileCase(name, objects, batch, expected, bytes, alone);
  }

  /** The same, to be sent by itself. */
  HostileCase byItself() {
    return new HostileCase(name, objects, batch, expected, letterBytes, true);
  }

  /** The value of a record that asks for a photo. */
  static Content event(String imageId, String key) {
    return Content.of(tree(imageId, key).toString());
  }

  /** The same, to add to. */
  static ObjectNode tree(String imageId, String key) {
    ObjectNode event = JSON.createObjectNode().put("imageId", imageId);
    event.putObject("source").put("bucket", BUCKET).put("key", key);
    return event;
  }

  /** Whether it is a single record that has one outcome. */
  public boolean isOneImage() {
    return expected.size() == 1 && expected.get(0).outcomes() == 1;
  }

  @Override
  public String toString() {
    return name;
  }
}
