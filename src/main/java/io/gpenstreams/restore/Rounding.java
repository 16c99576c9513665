package io.gpenstreams.restore;

import io.gpenstreams.event.RestoredImage.RegionHallucination;
import io.gpenstreams.hallucination.FaceMeasures;
import io.gpenstreams.hallucination.RegionMeasures;
import java.util.Map;
import java.util.TreeMap;

/** Numbers as events carry them: no more digits than were measured. */
final class Rounding {
  private Rounding() {}

  static double share(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  static double tenth(double value) {
    return Math.round(value * 10) / 10.0;
  }

  static Map<String, Double> unsupported(Map<String, RegionMeasures> regions) {
    Map<String, Double> rounded = new TreeMap<>();
    regions.forEach((name, measures) -> rounded.put(name, share(measures.unsupported())));
    return rounded;
  }

  static Map<String, RegionHallucination> regions(FaceMeasures face, FaceMeasures secondLook) {
    Map<String, RegionHallucination> rounded = new TreeMap<>();
    face.regions()
        .forEach(
            (name, measures) ->
                rounded.put(
                    name,
                    new RegionHallucination(
                        share(measures.score()),
                        share(measures.identityRisk()),
                        share(measures.colourChange()),
                        share(measures.lostDetail()),
                        secondLook == null
                            ? null
                            : share(secondLook.regions().get(name).score()))));
    return rounded;
  }
}
