package io.gpenstreams.hallucination;

import io.gpenstreams.event.RestoredImage.Level;

/**
 * The two numbers that a reader of an event acts on, made of the measures. Both are monotonic in
 * each part; see {@code docs/hallucination.md}.
 *
 * @param score how much of the face was invented, 0…1
 * @param level the score in a word
 * @param confidence how far the face can be trusted, 0…1
 */
public record Trust(double score, Level level, double confidence) {
  private static final double MODERATE_FROM = 0.2;
  private static final double HIGH_FROM = 0.5;
  // Pixels across a face at which its identity is usually plain to see; more add nothing to the
  // confidence.
  private static final double PLAIN_TO_SEE = 128;

  /**
   * Combines the parts.
   *
   * @param detection confidence of the detector, 0…1
   * @param effectiveResolution pixels across the face that carried detail
   */
  public static Trust of(
      double synthesizedDetail,
      double inconsistency,
      double detection,
      double effectiveResolution) {
    double score = 1 - (1 - synthesizedDetail) * (1 - inconsistency);
    double quality = Math.min(1, effectiveResolution / PLAIN_TO_SEE);
    double confidence = Math.sqrt(1 - score) * Math.pow(quality * detection, 0.25);
    return new Trust(score, level(score), confidence);
  }

  /** The word for a score. */
  public static Level level(double score) {
    if (score < MODERATE_FROM) {
      return Level.LOW;
    }
    return score < HIGH_FROM ? Level.MODERATE : Level.HIGH;
  }
}
