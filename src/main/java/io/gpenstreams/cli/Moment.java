package io.gpenstreams.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as users state it: a time, or how long ago it was. */
final class Moment {
  private static final Pattern AGO = Pattern.compile("([0-9]{1,9})([smhd])");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private Moment() {}

  /**
   * Reads {@code 2026-11-23T03:20:00Z}, {@code 2h} or {@code PT2H}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static Instant parse(String text, Instant now) {
    Matcher ago = AGO.matcher(text);
    try {
      if (ago.matches()) {
        return now.minus(Long.parseLong(ago.group(1)), UNITS.get(ago.group(2)));
      }
      return text.startsWith("P") ? now.minus(Duration.parse(text)) : Instant.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is neither a time such as 2026-11-23T03:20:00Z nor an age such as 2h", e);
    }
  }
}
