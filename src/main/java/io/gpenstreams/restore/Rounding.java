package io.gpenstreams.restore;

import io.gpenstreams.event.RestoredImage.Box;
import io.gpenstreams.event.RestoredImage.Detection;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceHallucination;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.RegionHallucination;
import io.gpenstreams.event.RestoredImage.Restoration;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.Landmarks.Point;
import io.gpenstreams.hallucination.FaceMeasures;
import io.gpenstreams.hallucination.RegionMeasures;
import java.util.List;
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

  static Face face(
      int index,
      DetectedFace face,
      FaceOutcome outcome,
      SkipReason reason,
      Restoration restoration,
      FaceHallucination hallucination,
      StoredObject crop) {
    return new Face(
        index,
        new Box(tenth(face.x()), tenth(face.y()), tenth(face.width()), tenth(face.height())),
        face.landmarks().points().stream().map(Rounding::place).toList(),
        new Detection(share(face.confidence())),
        outcome,
        reason,
        restoration,
        hallucination,
        crop);
  }

  private static List<Double> place(Point point) {
    return List.of(tenth(point.x()), tenth(point.y()));
  }
}
