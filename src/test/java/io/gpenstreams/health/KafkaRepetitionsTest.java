package io.gpenstreams.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

class KafkaRepetitionsTest {
  private static final String CLIENT = "org.apache.kafka.clients.NetworkClient";

  private Instant now = Instant.EPOCH;
  private final KafkaRepetitions filter = new KafkaRepetitions(() -> now);
  private final List<String> passed = new ArrayList<>();

  private void log(String logger, String text) {
    ExtLogRecord line = new ExtLogRecord(Level.WARNING, text, KafkaRepetitionsTest.class.getName());
    line.setLoggerName(logger);
    if (filter.isLoggable(line)) {
      passed.add(line.getMessage());
    }
  }

  @Test
  void oneAMinuteOfAKindPassesAndSaysHowManyDidNot() {
    for (int i = 0; i < 130; i++) {
      log(
          CLIENT,
          "[Consumer clientId=c-%d] Connection to node %d (localhost/127.0.0.1:909%d) failed"
              .formatted(i % 7, -i, i % 10));
      now = now.plus(Duration.ofSeconds(1));
    }
    assertThat(passed)
        .containsExactly(
            "[Consumer clientId=c-0] Connection to node 0 (localhost/127.0.0.1:9090) failed",
            "[Consumer clientId=c-4] Connection to node -60 (localhost/127.0.0.1:9090) failed (and"
                + " 59 like it left out)",
            "[Consumer clientId=c-1] Connection to node -120 (localhost/127.0.0.1:9090) failed (and"
                + " 59 like it left out)");
  }

  @Test
  void whatIsNewPasses() {
    log(CLIENT, "[Producer clientId=p] Connection to node 1 failed");
    log(CLIENT, "[Producer clientId=p] Authentication failed");
    log("org.apache.kafka.clients.Metadata", "[Producer clientId=p] Authentication failed");

    assertThat(passed).hasSize(3);
  }

  @Test
  void othersAreNotTouched() {
    for (int i = 0; i < 3; i++) {
      log("io.gpenstreams.stream.OutcomeLog", "image-uploaded-0-17-0: no");
    }
    assertThat(passed).hasSize(3);
  }

  @Test
  void kindsWithoutEndCostNoMemory() {
    for (int i = 0; i < 10_000; i++) {
      log(
          CLIENT,
          "a line " + Integer.toString(i, 36).replaceAll("[0-9]", "x") + "y".repeat(i % 99));
    }
    log(CLIENT, "the last");
    log(CLIENT, "the last");

    assertThat(passed).containsOnlyOnce("the last");
  }
}
