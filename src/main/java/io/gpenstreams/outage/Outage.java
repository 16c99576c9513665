package io.gpenstreams.outage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Something outside that this process needs and does not get, as an operator reads of it: a line
 * when it begins or has another reason, a reminder each minute while it is reported again, and a
 * line when it ends. Readiness asks for its reason.
 *
 * <p>Safe for any number of threads; all state is guarded by this object.
 */
public final class Outage {
  private static final Duration REMINDER = Duration.ofMinutes(1);

  private final String what;
  private final InstantSource clock;
  private final Consumer<String> warnings;
  private final Consumer<String> news;

  // Null while all is well, and so are the times.
  private String reason;
  private Instant since;
  private Instant lastLine;
  private int reports;

  /**
   * Nothing is wrong at first.
   *
   * @param what begins each line: {@code Kafka}, {@code S3}
   */
  public Outage(String what, InstantSource clock, Logger log) {
    this(what, clock, log::warn, log::info);
  }

  /**
   * The same, for a process that has no log yet.
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
   * It is away. Called as often as it is noticed.
   *
   * @param why one sentence without its full stop
   */
  public synchronized void report(String why) {
    Instant now = clock.instant();
    String line = oneLine(why);
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

  /** It is there. */
  public synchronized void end() {
    if (reason != null) {
      news.accept("%s: well again after %s (%s)".formatted(what, length(clock.instant()), reason));
      reason = null;
    }
  }

  /** Why it is away; empty while it is there. */
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

  // What a server says must not look like lines of the log.
  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ");
  }
}
