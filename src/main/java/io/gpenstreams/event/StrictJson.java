package io.gpenstreams.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads JSON from strangers: nothing ambiguous, and nothing that costs more than it looks. */
final class StrictJson {
  // A comparison may write such a number out in full: 1e999999999 is a gigabyte.
  private static final int MAX_EXPONENT = 400;

  // A zero and the schema's number, as the serializers of schema registries write them.
  private static final int FRAME = 5;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(100)
                          .maxStringLength(RecordLimits.MAX_VALUE_BYTES)
                          .maxNameLength(1024)
                          .maxTokenCount(200_000)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /**
   * The JSON in {@code value}, whose numbers and strings are exact and can be written again.
   *
   * @throws RestorationException with {@link ErrorCode#INVALID_EVENT}
   */
  JsonNode read(byte[] value) {
    if (value == null) {
      throw invalid("The record has no value", null);
    }
    if (value.length > RecordLimits.MAX_VALUE_BYTES) {
      throw invalid(
          "The value has %d bytes, of which at most %d are read"
              .formatted(value.length, RecordLimits.MAX_VALUE_BYTES),
          null);
    }
    JsonNode tree = parse(decode(value));
    if (tree.isMissingNode()) {
      throw invalid("The value is empty", null);
    }
    requireExact(tree, StandardCharsets.UTF_8.newEncoder());
    return tree;
  }

  private static String decode(byte[] value) {
    rejectOtherForms(value);
    int start = begins(value, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value, start, value.length - start))
          .toString();
    } catch (CharacterCodingException e) {
      throw invalid("The value is not UTF-8", e);
    }
  }

  // What producers send by mistake, so that their authors read what to change.
  private static void rejectOtherForms(byte[] value) {
    if (value.length > FRAME && value[0] == 0) {
      int schema = ByteBuffer.wrap(value, 1, FRAME - 1).getInt();
      throw invalid(
          "The value is not JSON: it begins with a schema registry's five bytes (schema %d)."
                  .formatted(schema)
              + " The producer needs a serializer that writes plain JSON",
          null);
    }
    if (begins(value, 0xFE, 0xFF) || begins(value, 0xFF, 0xFE)) {
      throw invalid("The value is UTF-16, which has to be UTF-8", null);
    }
    if (begins(value, 0x1F, 0x8B)) {
      throw invalid(
          "The value is gzip. The producer may compress (compression.type), but not the value",
          null);
    }
  }

  private static boolean begins(byte[] value, int... bytes) {
    if (value.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((value[i] & 0xFF) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonEOFException e) {
      throw invalid("The value is not JSON: it ends too early", e);
    } catch (NumberFormatException e) {
      // Jackson lets BigDecimal's own limit on exponents through.
      throw invalid("The value has a number out of range", e);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " at line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw invalid("The value is not JSON" + place + ": " + e.getOriginalMessage(), e);
    }
  }

  private static void requireExact(JsonNode node, CharsetEncoder utf8) {
    if (node.isTextual()) {
      requireText(node.textValue(), utf8);
    } else if (node.isBigDecimal()) {
      BigDecimal number = node.decimalValue();
      if (Math.abs((long) number.precision() - number.scale()) > MAX_EXPONENT) {
        throw invalid("The value has a number out of range: " + number, null);
      }
    } else if (node.isArray()) {
      for (JsonNode element : node) {
        requireExact(element, utf8);
      }
    } else {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        requireText(field.getKey(), utf8);
        requireExact(field.getValue(), utf8);
      }
    }
  }

  private static void requireText(String text, CharsetEncoder utf8) {
    if (!utf8.canEncode(text)) {
      throw invalid("The value has a string with half a surrogate pair, which is no text", null);
    }
  }

  private static RestorationException invalid(String message, Throwable cause) {
    return new RestorationException(ErrorCode.INVALID_EVENT, Stage.EVENT, message, cause);
  }
}
