package io.gpenstreams.hallucination;

import java.util.Map;

/**
 * What was measured on one face; formulas in {@code docs/hallucination.md}.
 *
 * @param synthesizedDetail share of the output's detail that the input did not hold, 0…1
 * @param inconsistency how far the output contradicts what was visible, 0…1
 * @param effectiveResolution pixels across the crop that carried detail, at least 2
 * @param upsampling crop pixels per pixel that carried detail, at least 1
 * @param regions synthesised detail by region, 0…1
 */
public record FaceMeasures(
    double synthesizedDetail,
    double inconsistency,
    double effectiveResolution,
    double upsampling,
    Map<String, Double> regions) {

  /** Copies the regions. */
  public FaceMeasures {
    regions = Map.copyOf(regions);
  }
}
