package io.gpenstreams.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads {@code image-uploaded} values of either form: the project's own event, or an S3 event
 * notification.
 */
public final class UploadEvents {
  private static final int MAX_KEY_BYTES = 1024;

  private final StrictJson json = new StrictJson();
  private final EventJson events = new EventJson();
  private final EventSchema own = new EventSchema("image-uploaded");
  private final EventSchema notification = new EventSchema("s3-event-notification");

  /**
   * The images that a record's value asks for, in its order. It is empty only for a notification
   * that names no created object.
   *
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT} if any part is invalid
   */
  public List<ImageUploaded> parse(byte[] value) {
    JsonNode tree = json.read(value);
    return S3Notification.is(tree) ? notified(tree) : List.of(stated(tree));
  }

  /**
   * The same event, asking for nothing but one of the images that it names.
   *
   * @param index the image's place among those that {@link #parse} finds
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT} if any part is invalid
   * @throws IndexOutOfBoundsException if it names no such image
   */
  public byte[] only(byte[] value, int index) {
    int images = parse(value).size();
    Objects.checkIndex(index, images);
    if (images == 1) {
      return value.clone();
    }
    return events.write(S3Notification.split(json.read(value)).get(index));
  }

  private ImageUploaded stated(JsonNode tree) {
    own.violation(tree).ifPresent(UploadEvents::reject);
    requireKeySize("source.key", tree.path("source").path("key").textValue());
    if (tree.path("options").path("scale").isNumber()) {
      ObjectNode options = (ObjectNode) tree.get("options");
      options.put("scale", Integer.toString(options.get("scale").intValue()));
    }
    try {
      return events.convert(tree, ImageUploaded.class);
    } catch (JsonProcessingException e) {
      throw invalid("The event: " + e.getOriginalMessage(), e);
    }
  }

  private List<ImageUploaded> notified(JsonNode tree) {
    notification.violation(tree).ifPresent(UploadEvents::reject);
    List<ImageUploaded> images = new ArrayList<>();
    int index = 0;
    for (JsonNode entry : S3Notification.events(tree)) {
      if (S3Notification.isCreated(entry)) {
        images.add(created(entry, "Records[" + index + "]"));
      }
      index++;
    }
    return List.copyOf(images);
  }

  private ImageUploaded created(JsonNode entry, String path) {
    String bucket = entry.path("s3").path("bucket").path("name").textValue();
    JsonNode object = entry.path("s3").path("object");
    String field = path + ".s3.object.key";
    String key = decodeKey(field, object.path("key").textValue());
    own.violation("key", TextNode.valueOf(key))
        .ifPresent(message -> reject(field + ": " + message + ", decoded"));
    requireKeySize(field, key);
    return new ImageUploaded(
        bucket + "/" + key,
        new ImageUploaded.Source(bucket, key, text(object, "versionId"), text(object, "eTag")),
        text(object, "contentType"),
        object.hasNonNull("size") ? object.get("size").longValue() : null,
        time(path + ".eventTime", text(entry, "eventTime")),
        ImageUploaded.Options.NONE);
  }

  // URLDecoder replaces what is not UTF-8; byte by byte through Latin-1 it shows.
  private static String decodeKey(String field, String encoded) {
    String bytes =
        new String(encoded.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    try {
      String decoded = URLDecoder.decode(bytes, StandardCharsets.ISO_8859_1);
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(decoded.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw invalid(field + ": is not URL-encoded UTF-8", e);
    }
  }

  private static void requireKeySize(String field, String key) {
    if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
      reject(field + ": must have at most " + MAX_KEY_BYTES + " bytes in UTF-8");
    }
  }

  private static Instant time(String field, String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw invalid(field + ": is not a time that can be represented", e);
    }
  }

  // Servers without versions or ETags state empty ones.
  private static String text(JsonNode node, String field) {
    String text = node.path(field).textValue();
    return text == null || text.isEmpty() ? null : text;
  }

  private static void reject(String message) {
    throw invalid(message, null);
  }

  private static RestorationException invalid(String message, Throwable cause) {
    return new RestorationException(ErrorCode.INVALID_EVENT, Stage.EVENT, message, cause);
  }
}
