package io.gpenstreams.restore;

import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.hallucination.FaceComparison;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;

/** Says which of a photo's faces are to be restored, and why the others are not. Stateless. */
final class FaceSelection {
  private final FaceTemplate template;
  private final FaceAligner aligner;
  private final FaceComparison comparison;

  FaceSelection(FaceTemplate template, FaceAligner aligner, FaceComparison comparison) {
    this.template = template;
    this.aligner = aligner;
    this.comparison = comparison;
  }

  /**
   * A face before restoring.
   *
   * @param toCrop from the photo's pixels to the crop's
   * @param sourcePixels pixels of the photo across the crop
   * @param reason why it is to be skipped, or null
   */
  record Candidate(DetectedFace face, Similarity toCrop, double sourcePixels, SkipReason reason) {
    boolean chosen() {
      return reason == null;
    }

    /** Its landmarks in the crop's pixels. */
    Landmarks landmarksInCrop() {
      return face.landmarks().through(toCrop);
    }
  }

  /**
   * The faces of a photo.
   *
   * @param listed all that were chosen, and as many of the others as an event has room for; surest
   *     first
   * @param omitted how many others there are, by reason
   */
  record Selected(List<Candidate> listed, Map<SkipReason, Integer> omitted) {
    boolean anyChosen() {
      return listed.stream().anyMatch(Candidate::chosen);
    }
  }

  /**
   * Judges faces.
   *
   * @param pixels 8-bit BGR
   * @param found surest first, which is the order in which they are taken
   */
  Selected of(List<DetectedFace> found, Mat pixels, RestoreSettings settings) {
    return listed(judged(found, pixels, settings));
  }

  private static Selected listed(List<Candidate> candidates) {
    int chosen = (int) candidates.stream().filter(Candidate::chosen).count();
    int roomForSkipped = RestoredImage.MAX_FACES - chosen;
    List<Candidate> listed = new ArrayList<>();
    Map<SkipReason, Integer> omitted = new EnumMap<>(SkipReason.class);
    for (Candidate candidate : candidates) {
      if (candidate.chosen() || roomForSkipped-- > 0) {
        listed.add(candidate);
      } else {
        omitted.merge(candidate.reason(), 1, Integer::sum);
      }
    }
    return new Selected(listed, omitted);
  }

  private List<Candidate> judged(List<DetectedFace> found, Mat pixels, RestoreSettings settings) {
    List<Candidate> candidates = new ArrayList<>();
    int taken = 0;
    for (DetectedFace face : found) {
      Similarity toCrop = template.align(face.landmarks());
      double sourcePixels = template.size() / toCrop.magnification();
      SkipReason reason = null;
      if (face.confidence() < settings.minDetectionConfidence()) {
        reason = SkipReason.LOW_DETECTION_CONFIDENCE;
      } else if (face.size() < settings.minFaceSize()) {
        reason = SkipReason.TOO_SMALL;
      } else if (isSharp(toCrop, sourcePixels, settings, pixels)) {
        reason = SkipReason.ALREADY_SHARP;
      } else if (taken == settings.maxFaces()) {
        reason = SkipReason.OVER_MAX_FACES;
      } else {
        taken++;
      }
      candidates.add(new Candidate(face, toCrop, sourcePixels, reason));
    }
    return candidates;
  }

  private boolean isSharp(
      Similarity toCrop, double sourcePixels, RestoreSettings settings, Mat pixels) {
    // No crop holds more detail than pixels, and most need not be cut to know it.
    if (sourcePixels < settings.sharpnessGate()) {
      return false;
    }
    try (Mat crop = aligner.crop(pixels, toCrop)) {
      return comparison.effectiveResolution(crop, sourcePixels) >= settings.sharpnessGate();
    }
  }
}
