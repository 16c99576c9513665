package io.gpenstreams.config;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * How commands that run without the service reach Kafka: by the keys that the service reads, the
 * same ones coming first.
 */
public final class KafkaSettings {
  private static final String STREAMS = "quarkus.kafka-streams.";
  private static final String DEFAULT_ADDRESS = "localhost:9092";

  /** Prefixes of Kafka's names that Quarkus divides by dots too, the longest first. */
  private static final List<String> GROUPS =
      List.of("ssl.truststore.", "ssl.keystore.", "ssl.key.", "ssl.", "sasl.", "security.");

  private KafkaSettings() {}

  /**
   * Settings for any client: where, and how to log in.
   *
   * @param address host and port from the command line, if given
   */
  public static Map<String, Object> load(Optional<String> address) {
    return of(ConfigUtils.configBuilder().build(), address);
  }

  /** Where the service finds Kafka: host and port each, as they are written. */
  public static List<String> servers(SmallRyeConfig config) {
    String servers =
        text(config, STREAMS + "bootstrap-servers")
            .or(() -> text(config, "kafka.bootstrap.servers"))
            .orElse(DEFAULT_ADDRESS);
    return Stream.of(servers.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  static Map<String, Object> of(SmallRyeConfig config, Optional<String> address) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        address.orElseGet(() -> String.join(",", servers(config))));
    for (String name : AdminClientConfig.configNames()) {
      GROUPS.stream()
          .filter(name::startsWith)
          .findFirst()
          .map(group -> group + name.substring(group.length()).replace('.', '-'))
          .flatMap(
              key ->
                  Stream.of(STREAMS + key, "kafka-streams." + name, "kafka." + name)
                      .flatMap(candidate -> text(config, candidate).stream())
                      .findFirst())
          .ifPresent(value -> settings.put(name, value));
    }
    return settings;
  }

  private static Optional<String> text(SmallRyeConfig config, String key) {
    return config.getOptionalValue(key, String.class);
  }
}
