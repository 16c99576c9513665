package io.gpenstreams.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutageTest {
  private final List<String> lines = new ArrayList<>();
  private final Logger logger = Logger.getLogger("OutageTest");
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private Instant now = Instant.parse("2026-11-26T00:00:00Z");
  private final Outage outage =
      new Outage("S3", () -> now, org.jboss.logging.Logger.getLogger("OutageTest"));

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
  }

  @Test
  void aLineWhenItBeginsOneAMinuteAndOneWhenItEnds() {
    for (int second = 0; second < 150; second++) {
      outage.report("the key is wrong");
      now = now.plus(Duration.ofSeconds(1));
    }
    assertThat(outage.reason()).contains("the key is wrong");
    outage.end();
    outage.end();

    assertThat(outage.reason()).isEmpty();
    assertThat(lines)
        .containsExactly(
            "WARN S3: the key is wrong",
            "WARN S3: still the key is wrong, for 60 s; reported 60 times since the last line",
            "WARN S3: still the key is wrong, for 120 s; reported 60 times since the last line",
            "INFO S3: available again after 150 s (the key is wrong)");
  }

  @Test
  void aNewReasonIsALineOfItsOwn() {
    outage.report("no connection");
    outage.report("the key\nis wrong");

    assertThat(outage.reason()).contains("the key is wrong");
    assertThat(lines).containsExactly("WARN S3: no connection", "WARN S3: now the key is wrong");
  }

  @Test
  void nothingIsSaidWhileAllIsWell() {
    outage.end();

    assertThat(lines).isEmpty();
    assertThat(outage.reason()).isEmpty();
  }
}
