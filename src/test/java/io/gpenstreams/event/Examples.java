package io.gpenstreams.event;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The published examples: {@code schemas/examples/SCHEMA.CASE.json}. */
public final class Examples {
  static final Path SCHEMAS = Path.of("schemas");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Examples() {}

  static List<Path> of(String schema) {
    try (Stream<Path> files = Files.list(SCHEMAS.resolve("examples"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(schema + "."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An example by its name, {@code SCHEMA.CASE}. */
  public static byte[] bytes(String name) {
    return bytes(SCHEMAS.resolve("examples").resolve(name + ".json"));
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** JSON, with numbers as they are written. */
  public static JsonNode tree(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
