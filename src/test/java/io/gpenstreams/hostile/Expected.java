package io.gpenstreams.hostile;

import java.util.Set;

/**
 * What may become of one record.
 *
 * @param outcomes how many there are: one for each image that it names, one if it is no event
 * @param results what each of them may be: {@code restored}, {@code unchanged}, or the code of a
 *     dead letter
 */
public record Expected(int outcomes, Set<String> results) {
  /** A photo of somebody, which is as good as any other. */
  public static final Expected RESTORED = one("restored");

  /** A record that names nothing. */
  public static final Expected NOTHING = new Expected(0, Set.of());

  /** One outcome. */
  public static Expected one(String... results) {
    return new Expected(1, Set.of(results));
  }

  /** Several outcomes. */
  public static Expected many(int outcomes, String... results) {
    return new Expected(outcomes, Set.of(results));
  }
}
