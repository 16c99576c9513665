package io.gpenstreams.hallucination;

import io.gpenstreams.event.RestoredImage.Level;

/**
 * Level and confidence of a face, which readers of an event act on; computed from the measures. See
 * {@code docs/hallucination.md}.
 *
 * @param level how much was invented
 * @param confidence how reliably the face shows the person, 0…1
 */
public record Trust(Level level, double confidence) {
  private static final double MODERATE_FROM = 0.1;
  private static final double HIGH_RISK_FROM = 0.35;
  // Pixels across the crop that hold 16 cycles across the face, the finest that people need to
  // recognise one; the face is about half of the crop.
  private static final double RECOGNISABLE = 72;

  /**
   * Computes level and confidence.
   *
   * @param detection confidence of the detector, 0…1
   */
  public static Trust of(FaceMeasures measures, double detection) {
    double seen = Math.min(1, measures.effectiveResolution() / RECOGNISABLE);
    double confidence = Math.min(1 - measures.identityRisk(), seen) * Math.pow(detection, 0.25);
    return new Trust(level(measures.face().score(), measures.identityRisk()), confidence);
  }

  /** The level for these measures. */
  public static Level level(double score, double identityRisk) {
    if (identityRisk >= HIGH_RISK_FROM) {
      return Level.HIGH;
    }
    return Math.max(score, identityRisk) < MODERATE_FROM ? Level.LOW : Level.MODERATE;
  }
}
