package io.gpenstreams.health;

import io.quarkus.logging.LoggingFilter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Thins out what Kafka's clients log: while a broker is away or refuses the login, each of several
 * clients says so many times a second. Of lines that differ only in numbers and in the client's
 * name, one a minute passes, with the number of those that were left out. Nothing else is touched.
 *
 * <p>Remembers at most 256 kinds of lines. Any thread; guarded by this object.
 */
@LoggingFilter(name = "kafka-repetitions")
public final class KafkaRepetitions implements Filter {
  private static final String KAFKA = "org.apache.kafka.";
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int KINDS = 256;
  // The prefix of a client, host names with ports, and every number.
  private static final Pattern VARIES =
      Pattern.compile("^\\[[^\\]]*]\\s*|[^\\s/(]+:\\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|-?\\d+");

  private final InstantSource clock;
  private final Map<String, Said> kinds =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
          return size() > KINDS;
        }
      };

  private static final class Said {
    long until;
    int leftOut;
  }

  /** By the system's clock. */
  public KafkaRepetitions() {
    this(InstantSource.system());
  }

  KafkaRepetitions(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public boolean isLoggable(LogRecord line) {
    String logger = line.getLoggerName();
    if (logger == null || !logger.startsWith(KAFKA)) {
      return true;
    }
    String text = String.valueOf(line.getMessage());
    String kind = logger + ' ' + VARIES.matcher(text).replaceAll("#");
    int leftOut;
    synchronized (this) {
      long now = clock.millis();
      Said said = kinds.computeIfAbsent(kind, any -> new Said());
      if (now < said.until) {
        said.leftOut++;
        return false;
      }
      leftOut = said.leftOut;
      said.leftOut = 0;
      said.until = now + PAUSE.toMillis();
    }
    if (leftOut > 0) {
      String longer = "%s (and %d like it left out)".formatted(text, leftOut);
      if (line instanceof ExtLogRecord extended) {
        extended.setMessage(longer, extended.getFormatStyle());
      } else {
        line.setMessage(longer);
      }
    }
    return true;
  }
}
