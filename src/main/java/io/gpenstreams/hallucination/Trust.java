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
  // Pixels across the crop, about half of them across the face, at which a person is usually plain
  // to recognise; more
  // add nothing to the confidence.
  private static final double PLAIN_TO_SEE = 256;

  /**
   * Combines the parts.
   *
   * @param detection confidence of the detector, 0…1
   */
  public static Trust of(FaceMeasures measures, double detection) {
    double score = 1 - (1 - measures.synthesizedDetail()) * (1 - measures.inconsistency());
    double quality = Math.min(1, measures.effectiveResolution() / PLAIN_TO_SEE);
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
