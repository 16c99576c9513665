package io.gpenstreams.deploy;

import io.gpenstreams.config.GpenConfig;
import io.quarkiverse.amazon.s3.runtime.S3Config;
import io.quarkus.kafka.streams.runtime.KafkaStreamsRuntimeConfig;
import io.quarkus.opentelemetry.runtime.config.runtime.exporter.OtlpExporterRuntimeConfig;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.utils.StringUtil;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.StreamsConfig;
import software.amazon.awssdk.core.SdkSystemSetting;

/** A container's environment variables, read as the service reads them. */
record Environment(Map<String, String> variables) {
  private static final int ABOVE_APPLICATION_PROPERTIES = 300;

  /** Read by Java, glibc, DJL and Quarkus' Kafka client, none of which lists its variables. */
  private static final Set<String> OTHERS =
      Set.of(
          "PATH",
          "LANG",
          "GLIBC_TUNABLES",
          "JAVA_TOOL_OPTIONS",
          "DJL_CACHE_DIR",
          "DJL_OFFLINE",
          "OPT_OUT_TRACKING",
          "KAFKA_BOOTSTRAP_SERVERS");

  private static final Set<String> KNOWN = known();

  /** Names that nothing would read. */
  static Set<String> unknown(Collection<String> names) {
    var unknown = new TreeSet<>(names);
    unknown.removeAll(KNOWN);
    return unknown;
  }

  private static Set<String> known() {
    Stream<String> mapped =
        Stream.of(
                GpenConfig.class,
                KafkaStreamsRuntimeConfig.class,
                OtlpExporterRuntimeConfig.class,
                S3Config.class,
                VertxHttpConfig.class)
            .flatMap(type -> ConfigClass.configClass(type).getProperties().keySet().stream());
    Stream<String> named = Project.applicationProperties().stringPropertyNames().stream();
    Stream<String> keys =
        Stream.concat(mapped, named)
            .filter(key -> !key.contains("*"))
            .map(StringUtil::replaceNonAlphanumericByUnderscores)
            .map(key -> key.toUpperCase(Locale.ROOT));
    Stream<String> aws =
        Arrays.stream(SdkSystemSetting.values()).map(SdkSystemSetting::environmentVariable);
    return Stream.of(keys, aws, OTHERS.stream())
        .flatMap(names -> names)
        .collect(Collectors.toUnmodifiableSet());
  }

  Environment with(Map<String, String> more) {
    var both = new TreeMap<>(variables);
    both.putAll(more);
    return new Environment(both);
  }

  SmallRyeConfig config() {
    var file = new TreeMap<String, String>();
    Project.applicationProperties().forEach((key, value) -> file.put((String) key, (String) value));
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .addDiscoveredConverters()
        .addSystemSources()
        .withSources(
            List.of(
                new PropertiesConfigSource(file, "application.properties", 250),
                new EnvConfigSource(variables, ABOVE_APPLICATION_PROPERTIES)))
        .withMapping(GpenConfig.class)
        .build();
  }

  GpenConfig gpen() {
    return config().getConfigMapping(GpenConfig.class);
  }

  /** What Quarkus passes on: the {@code kafka-streams.*} keys that a source names. */
  StreamsConfig streams() {
    SmallRyeConfig config = config();
    var properties = new Properties();
    properties.put("application.id", Project.applicationId());
    properties.put("bootstrap.servers", config.getValue("kafka.bootstrap.servers", String.class));
    for (String name : config.getPropertyNames()) {
      if (name.startsWith("kafka-streams.")) {
        config
            .getOptionalValue(name, String.class)
            .ifPresent(value -> properties.put(name.substring("kafka-streams.".length()), value));
      }
    }
    return new QuietStreamsConfig(properties);
  }

  /** Does not print its hundred settings for each test. */
  private static final class QuietStreamsConfig extends StreamsConfig {
    QuietStreamsConfig(Properties properties) {
      super(properties, false);
    }
  }
}
