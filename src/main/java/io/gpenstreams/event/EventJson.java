package io.gpenstreams.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes the project's own events as JSON that conforms to their schemas, and reads them back. */
public final class EventJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final EventSchema restoredImage = new EventSchema("restored-image");

  /** The upload event. */
  public byte[] write(ImageUploaded image) {
    return text(image).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The result's event.
   *
   * @throws IllegalArgumentException if it violates its schema, for example with a NaN, or is
   *     larger than {@link RestoredImage#MAX_BYTES}
   */
  public byte[] write(RestoredImage image) {
    String text = text(image);
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    if (json.length > RestoredImage.MAX_BYTES) {
      throw new IllegalArgumentException(
          "Not a restored-image event: it has %d bytes, of which at most %d are allowed"
              .formatted(json.length, RestoredImage.MAX_BYTES));
    }
    // Validates the bytes that consumers get: in the tree of values, a NaN would pass as a number.
    restoredImage
        .violation(read(text, JsonNode.class))
        .ifPresent(
            message -> {
              throw new IllegalArgumentException("Not a restored-image event: " + message);
            });
    return json;
  }

  /** The dead letter. */
  public byte[] write(RestorationFailed letter) {
    return text(letter).getBytes(StandardCharsets.UTF_8);
  }

  /** The mark of a dead letter that was sent back. */
  public byte[] write(ImageReplayed mark) {
    return text(mark).getBytes(StandardCharsets.UTF_8);
  }

  /** Any JSON value, with all its fields. */
  public byte[] write(JsonNode tree) {
    return text(tree).getBytes(StandardCharsets.UTF_8);
  }

  /** What {@link #write(ImageUploaded)} wrote; unlike an upload from outside, it is trusted. */
  public ImageUploaded readUploaded(byte[] json) {
    return read(json, ImageUploaded.class);
  }

  /** What {@link #write(RestoredImage)} wrote, here or in a later version. */
  public RestoredImage readRestored(byte[] json) {
    return read(json, RestoredImage.class);
  }

  /** What {@link #write(RestorationFailed)} wrote, here or in a later version. */
  public RestorationFailed readFailed(byte[] json) {
    return read(json, RestorationFailed.class);
  }

  <T> T convert(JsonNode tree, Class<T> type) throws JsonProcessingException {
    return MAPPER.treeToValue(tree, type);
  }

  // Through a string: Jackson's UTF-8 generator fails on an unpaired surrogate, but a dead letter
  // must always be written.
  private static String text(Object event) {
    try {
      return MAPPER.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T read(String json, Class<T> type) {
    return read(json.getBytes(StandardCharsets.UTF_8), type);
  }

  private static <T> T read(byte[] json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
