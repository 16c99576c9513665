package io.gpenstreams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.common.utils.StringUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `(gpen\\.[a-z0-9.-]+)` \\| `([A-Z0-9_]+)` \\| (`([^`]*)`|[^|]*) \\|",
          Pattern.MULTILINE);

  @Test
  void theTableHasEveryKeyItsVariableAndItsDefault() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    ROW.matcher(Files.readString(Path.of("docs/configuration.md")))
        .results()
        .forEach(
            row -> {
              documented.put(row.group(1), row.group(4));
              assertThat(row.group(2))
                  .isEqualTo(
                      StringUtil.replaceNonAlphanumericByUnderscores(row.group(1))
                          .toUpperCase(Locale.ROOT));
            });

    Map<String, Property> keys = new TreeMap<>();
    ConfigMappings.getProperties(ConfigClass.configClass(GpenConfig.class))
        .forEach(
            (key, property) -> {
              if (!key.contains("[")) {
                keys.put(key, property);
              }
            });
    assertThat(documented.keySet()).isEqualTo(keys.keySet());
    keys.forEach(
        (key, property) -> {
          if (property.hasDefaultValue()) {
            assertThat(documented.get(key)).as(key).isEqualTo(property.getDefaultValue());
          }
        });
  }

  @Test
  void everyWrongKeyIsNamed() {
    assertThatThrownBy(
            () ->
                ConfigLoader.load(
                    Map.of(
                        "gpen.output.scale", "3",
                        "gpen.limits.faces", "0",
                        "gpen.device", "gpu")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gpen.output.scale must be auto, 1, 2 or 4")
        .hasMessageContaining("gpen.limits.faces must be greater than or equal to 1")
        .hasMessageContaining("gpen.device must be auto, cpu or cuda:N")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void theCommandLineOverridesTheDefaults() {
    GpenConfig config = ConfigLoader.load(Map.of("gpen.output.scale", "4"));

    assertThat(config.output().scale()).isEqualTo("4");
    assertThat(config.storage().sourceBuckets()).containsExactly("photos");
    assertThat(config.limits().sourceBytes().asLongValue()).isEqualTo(64 << 20);
  }
}
