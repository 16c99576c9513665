package io.gpenstreams.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.kafka.streams.runtime.KafkaStreamsRuntimeConfig;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
  private static final String STREAMS = "quarkus.kafka-streams.";

  @Test
  void isLocalWithoutAnyKey() {
    assertThat(settings(Map.of(), null)).isEqualTo(Map.of("bootstrap.servers", "localhost:9092"));
  }

  @Test
  void takesTheAddressAsTheServiceDoes() {
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.bootstrap.servers", "a:1");
    assertThat(settings(keys, null)).containsEntry("bootstrap.servers", "a:1");
    keys.put(STREAMS + "bootstrap-servers", "b:2,c:3");
    assertThat(settings(keys, null)).containsEntry("bootstrap.servers", "b:2,c:3");
    assertThat(settings(keys, "d:4")).containsEntry("bootstrap.servers", "d:4");
  }

  @Test
  void takesTheKeysOfTheExtensionOfKafkaStreamsAndOfKafkaInThisOrder() {
    Map<String, String> keys = new HashMap<>();
    keys.put("kafka.sasl.jaas.config", "1");
    assertThat(settings(keys, null)).containsEntry("sasl.jaas.config", "1");
    keys.put("kafka-streams.sasl.jaas.config", "2");
    assertThat(settings(keys, null)).containsEntry("sasl.jaas.config", "2");
    keys.put(STREAMS + "sasl.jaas-config", "3");
    assertThat(settings(keys, null)).containsEntry("sasl.jaas.config", "3");
  }

  @Test
  void knowsEveryKeyThatTheExtensionHasForLoginsAndTls() {
    // Durations, which the extension translates; both only tune OAuth.
    Set<String> left = Set.of("sasl.login-refresh-min-period", "sasl.login-refresh-buffer");
    Set<String> keys =
        ConfigClass.configClass(KafkaStreamsRuntimeConfig.class).getProperties().keySet().stream()
            .map(key -> key.substring(key.indexOf("kafka-streams.") + "kafka-streams.".length()))
            .filter(key -> key.matches("(sasl|ssl|security)\\..*"))
            .filter(key -> !left.contains(key))
            .collect(Collectors.toSet());
    assertThat(keys).contains("security.protocol", "ssl.truststore.location", "sasl.mechanism");

    assertThat(keys)
        .allSatisfy(
            key ->
                assertThat(settings(Map.of(STREAMS + key, "value"), null)).containsValue("value"));
  }

  private static Map<String, Object> settings(Map<String, String> keys, String address) {
    return KafkaSettings.of(
        new SmallRyeConfigBuilder()
            .withSources(new PropertiesConfigSource(keys, "test", 100))
            .build(),
        Optional.ofNullable(address));
  }
}
