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
  // Written out in full by whoever compares such a number, 1e999999999 is a gigabyte.
  private static final int MAX_EXPONENT = 400;

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
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw invalid("The value is not UTF-8", e);
    }
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
