package io.gpenstreams.restore;

import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Box;
import io.gpenstreams.event.RestoredImage.Detection;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceHallucination;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Outcome;
import io.gpenstreams.event.RestoredImage.Restoration;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.Landmarks.Point;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.hallucination.FaceMeasures;
import io.gpenstreams.hallucination.Trust;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.restore.FaceSelection.Candidate;
import io.gpenstreams.restore.FaceSelection.Selected;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the {@code restored-image} event says of a photo. Stateless. */
final class PhotoReport {
  private static final URI GENERATED =
      URI.create(
          "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia");
  private static final URI ENHANCED =
      URI.create("http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced");

  private final RestoredImage.Model model;
  private final RestoredImage.RuntimeInfo runtime;
  private final URI provenance;

  /**
   * About results of a model.
   *
   * @param generativeBackground whether the pixels around faces come from a model too
   */
  PhotoReport(ModelInfo model, RestoredImage.RuntimeInfo runtime, boolean generativeBackground) {
    this.model =
        new RestoredImage.Model(
            model.name(), model.sha256(), model.generative(), model.size(), model.precision());
    this.runtime = runtime;
    this.provenance = model.generative() || generativeBackground ? GENERATED : ENHANCED;
  }

  RestoredImage.RuntimeInfo runtime() {
    return runtime;
  }

  /** What the pixels of a result are, by IPTC's code. */
  URI provenance() {
    return provenance;
  }

  /**
   * What an operator may have measured of a face beside the rest.
   *
   * @param secondLook what of it the mirrored input does not give as well, or null
   * @param similarity of input and output by the identity model, −1…1, or null
   */
  record Further(FaceMeasures secondLook, Double similarity) {}

  /**
   * A face that was restored.
   *
   * @param further what was measured beyond
   * @param crop its file, or null
   */
  Face restored(
      int index, Candidate candidate, FaceMeasures measures, Further further, StoredObject crop) {
    Trust trust = Trust.of(measures, candidate.face().confidence());
    double score = Rounding.share(measures.face().score());
    double identityRisk = Rounding.share(measures.identityRisk());
    return face(
        index,
        candidate.face(),
        FaceOutcome.RESTORED,
        null,
        new Restoration(
            Rounding.share(trust.confidence()),
            Rounding.tenth(measures.upsampling()),
            (int) Math.round(measures.effectiveResolution())),
        new FaceHallucination(
            score,
            // Readers find the level that the numbers beside it have.
            Trust.level(score, identityRisk),
            Rounding.share(measures.face().synthesizedDetail()),
            Rounding.share(measures.face().inconsistency()),
            Rounding.unsupported(measures.regions()),
            identityRisk,
            Rounding.share(measures.colourChange()),
            Rounding.share(measures.face().lostDetail()),
            further.secondLook() == null
                ? null
                : Rounding.share(further.secondLook().face().score()),
            further.similarity() == null ? null : Rounding.share(further.similarity()),
            Rounding.regions(measures, further.secondLook())),
        crop);
  }

  /** A face that was left alone. */
  Face skipped(int index, Candidate candidate) {
    return face(index, candidate.face(), FaceOutcome.SKIPPED, candidate.reason(), null, null, null);
  }

  private static Face face(
      int index,
      DetectedFace face,
      FaceOutcome outcome,
      SkipReason reason,
      Restoration restoration,
      FaceHallucination hallucination,
      StoredObject crop) {
    return new Face(
        index,
        new Box(
            Rounding.tenth(face.x()),
            Rounding.tenth(face.y()),
            Rounding.tenth(face.width()),
            Rounding.tenth(face.height())),
        face.landmarks().points().stream().map(PhotoReport::place).toList(),
        new Detection(Rounding.share(face.confidence())),
        outcome,
        reason,
        restoration,
        hallucination,
        crop);
  }

  private static List<Double> place(Point point) {
    return List.of(Rounding.tenth(point.x()), Rounding.tenth(point.y()));
  }

  /**
   * A photo of which at least one face was restored.
   *
   * @param map its file, or null
   * @param omitted faces that are not listed, by reason
   */
  RestoredImage restored(
      String imageId,
      RestoredImage.Source source,
      RestoredImage.Restored result,
      StoredObject map,
      List<Face> faces,
      Map<SkipReason, Integer> omitted,
      StageClock clock) {
    List<Face> restoredFaces =
        faces.stream().filter(f -> f.outcome() == FaceOutcome.RESTORED).toList();
    double confidence =
        restoredFaces.stream().mapToDouble(f -> f.restoration().confidence()).min().orElseThrow();
    return new RestoredImage(
        imageId,
        Outcome.RESTORED,
        null,
        source,
        result,
        confidence,
        highest(restoredFaces, map),
        faces,
        omitted,
        model,
        runtime,
        clock.timings(),
        new RestoredImage.Provenance(provenance),
        Instant.now());
  }

  private static RestoredImage.Hallucination highest(List<Face> restored, StoredObject map) {
    List<FaceHallucination> faces = restored.stream().map(Face::hallucination).toList();
    return new RestoredImage.Hallucination(
        highest(faces, FaceHallucination::score),
        faces.stream().map(FaceHallucination::level).max(Comparator.naturalOrder()).orElseThrow(),
        map,
        FaceComparison.METHOD,
        highest(faces, FaceHallucination::identityRisk),
        highest(faces, FaceHallucination::colourChange),
        highest(faces, FaceHallucination::lostDetail));
  }

  private static double highest(
      List<FaceHallucination> faces, ToDoubleFunction<FaceHallucination> measure) {
    return faces.stream().mapToDouble(measure).max().orElseThrow();
  }

  /** A photo of which no face was restored. */
  RestoredImage unchanged(
      String imageId, RestoredImage.Source source, Selected selected, StageClock clock) {
    List<Face> faces = new ArrayList<>();
    selected.listed().forEach(candidate -> faces.add(skipped(faces.size(), candidate)));
    return new RestoredImage(
        imageId,
        Outcome.UNCHANGED,
        faces.isEmpty() ? "no-face" : "all-faces-skipped",
        source,
        null,
        null,
        null,
        faces,
        selected.omitted(),
        model,
        runtime,
        clock.timings(),
        null,
        Instant.now());
  }
}
