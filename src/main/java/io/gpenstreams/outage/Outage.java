package io.gpenstreams.outage;

import io.gpenstreams.text.OneLine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * An outage of something outside that this process needs. It logs a line when the outage begins or
 * its reason changes, one per minute while it is reported again, and one when it ends. Readiness
 * shows its reason.
 *
 * <p>Safe for any number of threads; all state is guarded by this object.
 */
public final class Outage {
  private static final Duration REMINDER = Duration.ofMinutes(1);

  private final String what;
  private final InstantSource clock;
  private final Consumer<String> warnings;
  private final Consumer<String> news;

  // Null while there is no outage, and so are the times.
  private String reason;
  private Instant since;
  private Instant lastLine;
  private int reports;

  /**
   * Starts without an outage.
   *
   * @param what the name at the start of each line: {@code Kafka}, {@code S3}
   */
  public Outage(String what, InstantSource clock, Logger log) {
    this(what, clock, log::warn, log::info);
  }

  /**
   * As the other constructor, for a process that has no log yet.
   *
   * @param lines takes each line
   */
  public Outage(String what, InstantSource clock, Consumer<String> lines) {
    this(what, clock, lines, lines);
  }

  private Outage(
      String what, InstantSource clock, Consumer<String> warnings, Consumer<String> news) {
    this.what = what;
    this.clock = clock;
    this.warnings = warnings;
    this.news = news;
  }

  /**
   * It is unavailable. May be called as often as this is noticed.
   *
   * @param why one sentence without its full stop
   */
  public synchronized void report(String why) {
    Instant now = clock.instant();
    String line = OneLine.of(why);
    if (reason == null) {
      since = now;
      write("%s: %s".formatted(what, line), now);
    } else if (!line.equals(reason)) {
      write("%s: now %s".formatted(what, line), now);
    } else if (lastLine.plus(REMINDER).isAfter(now)) {
      reports++;
    } else {
      write(
          "%s: still %s, for %s; reported %d times since the last line"
              .formatted(what, line, length(now), reports + 1),
          now);
    }
    reason = line;
  }

  /** It is available. */
  public synchronized void end() {
    if (reason != null) {
      news.accept(
          "%s: available again after %s (%s)".formatted(what, length(clock.instant()), reason));
      reason = null;
    }
  }

  /** Why it is unavailable; empty while it is available. */
  public synchronized Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  private void write(String line, Instant now) {
    warnings.accept(line);
    lastLine = now;
    reports = 0;
  }

  private String length(Instant now) {
    return Duration.between(since, now).toSeconds() + " s";
  }
}
