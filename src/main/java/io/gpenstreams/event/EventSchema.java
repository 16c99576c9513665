package io.gpenstreams.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A published JSON Schema for events. Nothing is loaded from the network. */
final class EventSchema {
  // One violation is reported; the validator need not look for more.
  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .failFast(true)
          .formatAssertionsEnabled(true)
          .locale(Locale.ROOT)
          .pathType(PathType.LEGACY)
          .build();

  private final String id;
  private final SchemaRegistry registry;
  private final Schema schema;

  EventSchema(String name) {
    id = "urn:gpen-streams:" + name;
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(id, text(name))).schemaRegistryConfig(CONFIG));
    schema = registry.getSchema(SchemaLocation.of(id));
  }

  /** The first violation in {@code value}, as a sentence that begins with the field. */
  Optional<String> violation(JsonNode value) {
    return schema.validate(value).stream().findFirst().map(EventSchema::sentence);
  }

  /** The first violation in {@code value} of one of the schema's definitions. */
  Optional<String> violation(String definition, JsonNode value) {
    return registry
        .getSchema(SchemaLocation.of(id + "#/$defs/" + definition))
        .validate(value)
        .stream()
        .findFirst()
        .map(Error::getMessage);
  }

  private static String sentence(Error error) {
    String path = error.getInstanceLocation().toString();
    String field = path.equals("$") ? "The event" : path.substring("$.".length());
    return field + ": " + error.getMessage();
  }

  private static String text(String name) {
    try (InputStream in =
        EventSchema.class.getResourceAsStream("/schemas/" + name + ".schema.json")) {
      if (in == null) {
        throw new IllegalStateException("The schema " + name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
