package io.gpenstreams.cli.calibrate;

import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.face.IdentityCrop;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.hallucination.FaceMeasures;
import io.gpenstreams.hallucination.Trust;
import io.gpenstreams.model.IdentityModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Degrades sharp faces, restores them, and compares the measures with the true error. For one
 * thread.
 */
final class Calibration {
  private final FaceComparison comparison;
  private final List<Degrading> grid;
  private final Optional<IdentityModel> identity;
  private final Progress progress;

  /**
   * A calibration over a grid.
   *
   * @param comparison for the faces' size
   * @param identity compares truth and result too, if there is one
   * @param progress gets one step for each face and degradation
   */
  Calibration(
      FaceComparison comparison,
      List<Degrading> grid,
      Optional<IdentityModel> identity,
      Progress progress) {
    this.comparison = comparison;
    this.grid = grid;
    this.identity = identity;
    this.progress = progress;
  }

  /** Restores a face. Simulations use the truth, a model does not. */
  @FunctionalInterface
  interface Restoring {
    /**
     * Restores one face.
     *
     * @param truth the sharp face
     * @param other another sharp face
     * @param input the degraded truth
     * @return 8-bit RGB of the same size; the caller closes it
     */
    Mat restore(Mat truth, Mat other, Mat input, Degrading degrading, long seed);
  }

  /**
   * A restorer with the name that tables call it.
   *
   * @param name for tables
   */
  record Named(String name, Restoring restoring) {}

  /** Every face, degraded in every way, by every restorer. */
  List<Sample> run(List<SharpFace> faces, List<Named> restorers) {
    List<Sample> samples = new ArrayList<>();
    for (int number = 0; number < faces.size(); number++) {
      SharpFace face = faces.get(number);
      Mat other = faces.get((number + 1) % faces.size()).rgb();
      progress.now(face.name());
      for (Degrading degrading : grid) {
        try (Mat input = degrading.apply(face.rgb(), number)) {
          for (Named restorer : restorers) {
            samples.add(sample(face, other, input, degrading, restorer, number));
          }
        }
        progress.step();
      }
    }
    return samples;
  }

  private Sample sample(
      SharpFace face, Mat other, Mat input, Degrading degrading, Named restorer, int number) {
    double sourcePixels = Degrading.REFERENCE_SIDE / degrading.downscale();
    try (Mat restored = restorer.restoring().restore(face.rgb(), other, input, degrading, number)) {
      FaceMeasures measures = comparison.measure(input, restored, face.landmarks(), sourcePixels);
      return new Sample(
          number,
          restorer.name(),
          degrading,
          measures,
          Trust.of(measures, 1),
          TrueError.of(face.rgb(), restored, face.landmarks()),
          identity.map(known -> similarity(known, face, restored)).orElse(null));
    }
  }

  private static double similarity(IdentityModel known, SharpFace face, Mat restored) {
    try (Mat truth = IdentityCrop.of(face.rgb(), face.landmarks());
        Mat answer = IdentityCrop.of(restored, face.landmarks())) {
      return known.similarity(truth, answer);
    }
  }
}
