package io.gpenstreams.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.servers.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

/** The broker's version is written in the pom, the client's comes with Quarkus. */
class BrokerVersionTest {
  @Test
  void brokerHasTheClientsVersion() throws IOException {
    List<String> jars;
    try (var files = Files.list(Installation.find().jars("kafka"))) {
      jars = files.map(Path::getFileName).map(Path::toString).toList();
    }

    assertThat(jars)
        .contains(
            "kafka_2.13-" + AppInfoParser.getVersion() + ".jar",
            "kafka-clients-" + AppInfoParser.getVersion() + ".jar");
  }
}
