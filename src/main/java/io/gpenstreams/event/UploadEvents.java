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
 * Reads the values of {@code image-uploaded} records: the project's own event, an S3 event
 * notification, or S3's event on EventBridge; each alone or in {@link Envelope envelopes}.
 *
 * <p>Expensive to make, because it compiles five schemas. Safe for any number of threads.
 */
public final class UploadEvents {
  private static final int MAX_KEY_BYTES = 1024;

  private final StrictJson json = new StrictJson();
  private final EventJson events = new EventJson();
  private final EventSchema own = new EventSchema("image-uploaded");
  private final EventSchema notification = new EventSchema("s3-event-notification");
  private final EventSchema eventBridge = new EventSchema("eventbridge-event");
  private final Envelopes envelopes = new Envelopes();

  /**
   * The images that a record's value names, in its order. Empty only for a message of S3 or SNS
   * that names no created object.
   *
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT} if any part is invalid
   */
  public List<ImageUploaded> parse(byte[] value) {
    Envelopes.Opened opened = envelopes.open(json.read(value));
    try {
      return opened.event() == null ? List.of() : images(opened.event());
    } catch (RestorationException e) {
      throw opened.explain(e);
    }
  }

  /**
   * A value as JSON.
   *
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT} if it is none
   */
  JsonNode read(byte[] value) {
    return json.read(value);
  }

  /**
   * The event in a value's envelopes, of which there may be none; null if they hold no event.
   *
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT} if one is invalid
   */
  JsonNode unwrap(JsonNode value) {
    return envelopes.open(value).event();
  }

  /** Whether a value fits one of the definitions in the schema of {@code image-uploaded}. */
  boolean isValid(String definition, JsonNode value) {
    return own.violation(definition, value).isEmpty();
  }

  private List<ImageUploaded> images(JsonNode event) {
    if (S3Notification.is(event)) {
      return notified(event);
    }
    return EventBridge.is(event) ? bridged(event) : List.of(stated(event));
  }

  /**
   * The same event with only one of the images that it names.
   *
   * @param index the image's index in the list that {@link #parse} returns
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT} if any part is invalid
   * @throws IndexOutOfBoundsException if it names no such image
   */
  public byte[] only(byte[] value, int index) {
    int images = parse(value).size();
    Objects.checkIndex(index, images);
    if (images == 1) {
      return value.clone();
    }
    return events.write(S3Notification.split(envelopes.open(json.read(value)).event()).get(index));
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
    return image(
        new ImageUploaded.Source(bucket, key, text(object, "versionId"), text(object, "eTag")),
        object,
        time(path + ".eventTime", text(entry, "eventTime")));
  }

  private List<ImageUploaded> bridged(JsonNode event) {
    eventBridge.violation(event).ifPresent(UploadEvents::reject);
    if (!EventBridge.isCreated(event)) {
      return List.of();
    }
    JsonNode object = event.path("detail").path("object");
    String bucket = event.path("detail").path("bucket").path("name").textValue();
    // EventBridge's keys are not URL-encoded, unlike those of notifications.
    String key = object.path("key").textValue();
    requireKeySize("detail.object.key", key);
    return List.of(
        image(
            new ImageUploaded.Source(bucket, key, text(object, "version-id"), text(object, "etag")),
            object,
            time("time", text(event, "time"))));
  }

  private static ImageUploaded image(
      ImageUploaded.Source source, JsonNode object, Instant uploadedAt) {
    return new ImageUploaded(
        source.bucket() + "/" + source.key(),
        source,
        text(object, "contentType"),
        object.hasNonNull("size") ? object.get("size").longValue() : null,
        uploadedAt,
        ImageUploaded.Options.NONE);
  }

  // URLDecoder would replace invalid UTF-8. Through Latin-1 the bytes stay as they are.
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

  // Servers without versions or ETags send empty strings.
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
