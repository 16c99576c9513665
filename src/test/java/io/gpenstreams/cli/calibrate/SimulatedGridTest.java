package io.gpenstreams.cli.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.hallucination.Figures;
import io.gpenstreams.hallucination.SharpFaces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The measures against the truth, on simulated restorers. A small grid; {@code
 * -Dgpen.calibration=whole} takes every scale and face.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulatedGridTest {
  private static final boolean WHOLE = "whole".equals(System.getProperty("gpen.calibration"));
  // Rounding of a mean over faces.
  private static final double TOLERANCE = 0.005;
  // The most that a swapped face can be told by: at 1/16 a head has 14 pixels.
  private static final int SMALLEST = 8;

  private static final Set<SimulatedRestorer> WRONG =
      EnumSet.of(
          SimulatedRestorer.OTHER_DETAIL,
          SimulatedRestorer.HALF_RIGHT,
          SimulatedRestorer.OTHER_FACE);
  private static final Set<SimulatedRestorer> KEPT =
      EnumSet.of(
          SimulatedRestorer.RIGHT_ANSWER,
          SimulatedRestorer.BICUBIC,
          SimulatedRestorer.NOISE_PRESERVING);

  private final Figures figures = new Figures(WHOLE ? "grid-whole" : "grid");
  private List<Degrading> grid;
  private List<Sample> samples;

  @BeforeAll
  void measure() {
    grid = WHOLE ? Degrading.grid(1, 2, 3, 4, 6, 8, 12, 16) : Degrading.grid(1, 2, 4, 8, 16);
    List<SharpFaces.Face> shared = new ArrayList<>(SharpFaces.ofPairs(WHOLE ? 1 : 8));
    List<SharpFaces.Face> photos = SharpFaces.ofPhotos();
    shared.addAll(WHOLE ? photos : photos.subList(0, 3));
    shared.add(SharpFaces.portrait());
    List<SharpFace> faces =
        shared.stream().map(f -> new SharpFace(f.name(), f.rgb(), f.landmarks())).toList();
    List<Calibration.Named> restorers =
        Arrays.stream(SimulatedRestorer.values())
            .map(r -> new Calibration.Named(r.name(), r::restore))
            .toList();
    try (FaceComparison comparison = new FaceComparison(SharpFaces.SIZE)) {
      samples =
          new Calibration(comparison, grid, Optional.empty(), Progress.silent())
              .run(faces, restorers);
    }
    faces.forEach(SharpFace::close);
  }

  @Test
  void theMeasuresFollowTheTruth() {
    List<Sample> wrong = of(WRONG);
    double risk = spearman(wrong, s -> s.measures().identityRisk(), s -> s.error().likeness());
    double score = spearman(wrong, s -> s.measures().face().score(), s -> s.error().likeness());
    double ssim = spearman(wrong, s -> s.measures().face().score(), s -> 1 - s.error().ssim());
    double confidence = spearman(wrong, s -> s.trust().confidence(), s -> s.error().likeness());
    figures.add("%d wrong restorations of %d", wrong.size(), samples.size());
    figures.add("Spearman of identity risk with the error of likeness: %.3f", risk);
    figures.add("Spearman of score with the error of likeness: %.3f", score);
    figures.add("Spearman of score with 1 - SSIM: %.3f", ssim);
    figures.add("Spearman of confidence with the error of likeness: %.3f", confidence);
    List<Sample> ignorant =
        samples.stream().filter(s -> !s.restorer().equals("RIGHT_ANSWER")).toList();
    figures.add(
        "Spearman of confidence with it, all that do not know the truth: %.3f",
        spearman(ignorant, s -> s.trust().confidence(), s -> s.error().likeness()));
    figures.write();
    assertThat(risk).isGreaterThanOrEqualTo(0.9);
    assertThat(score).isGreaterThanOrEqualTo(0.85);
    assertThat(ssim).isGreaterThanOrEqualTo(0.85);
    assertThat(confidence).isLessThanOrEqualTo(-0.9);
  }

  @Test
  void anotherFaceIsToldFromTheSameOne() {
    double[] swapped = risks(EnumSet.of(SimulatedRestorer.OTHER_FACE));
    double[] kept = risks(KEPT);
    double area = AreaUnderCurve.of(swapped, kept);
    long low =
        of(EnumSet.of(SimulatedRestorer.OTHER_FACE)).stream()
            .filter(s -> s.trust().level() == Level.LOW)
            .count();
    figures.add("AUC of identity risk, another face against the same: %.4f", area);
    figures.add("another face at level low: %d", low);
    figures.write();
    assertThat(area).isGreaterThanOrEqualTo(0.99);
    assertThat(low).isZero();
  }

  private double[] risks(Set<SimulatedRestorer> restorers) {
    return of(restorers).stream()
        .filter(s -> s.degrading().downscale() <= SMALLEST)
        .mapToDouble(s -> s.measures().identityRisk())
        .toArray();
  }

  @Test
  void moreNoiseNeverRaisesConfidence() {
    for (SimulatedRestorer restorer : SimulatedRestorer.values()) {
      for (int scale : scales()) {
        double clean = mean(restorer, noise(scale, 0), s -> s.trust().confidence());
        double some = mean(restorer, noise(scale, 8), s -> s.trust().confidence());
        double much = mean(restorer, noise(scale, 20), s -> s.trust().confidence());
        figures.add(
            "%s 1/%d: confidence %.3f, with noise %.3f, with more %.3f",
            restorer, scale, clean, some, much);
        String name = restorer + " at 1/" + scale;
        assertThat(some).as(name).isLessThanOrEqualTo(clean + TOLERANCE);
        assertThat(much).as(name).isLessThanOrEqualTo(some + TOLERANCE);
      }
    }
    figures.write();
  }

  @Test
  void moreDegradationNeverLowersTheScore() {
    for (SimulatedRestorer restorer : SimulatedRestorer.values()) {
      double last = 0;
      for (int scale : scales()) {
        double clean = mean(restorer, noise(scale, 0), s -> s.measures().face().score());
        String name = restorer + " at 1/" + scale;
        assertThat(clean).as(name).isGreaterThanOrEqualTo(last - TOLERANCE);
        last = clean;
        for (Degrading degrading : grid) {
          if (degrading.downscale() == scale) {
            double score = mean(restorer, degrading, s -> s.measures().face().score());
            figures.add("%s %s: score %.3f", restorer, degrading.label(), score);
            if (keepsNothingOfTheNoise(restorer)) {
              assertThat(score)
                  .as("%s, %s", restorer, degrading.label())
                  .isGreaterThanOrEqualTo(clean - TOLERANCE);
            }
          }
        }
      }
    }
    figures.write();
  }

  // Noise that is kept is the input's own, so that the share of what is new can only shrink.
  private static boolean keepsNothingOfTheNoise(SimulatedRestorer restorer) {
    return restorer != SimulatedRestorer.BICUBIC && restorer != SimulatedRestorer.NOISE_PRESERVING;
  }

  private int[] scales() {
    return grid.stream().mapToInt(Degrading::downscale).distinct().toArray();
  }

  private static Degrading noise(int scale, double sigma) {
    return new Degrading(scale, 0, sigma, 0, false);
  }

  private double mean(
      SimulatedRestorer restorer, Degrading degrading, ToDoubleFunction<Sample> value) {
    return samples.stream()
        .filter(s -> s.restorer().equals(restorer.name()) && s.degrading().equals(degrading))
        .mapToDouble(value)
        .average()
        .orElseThrow();
  }

  private List<Sample> of(Set<SimulatedRestorer> restorers) {
    List<String> names = restorers.stream().map(Enum::name).toList();
    return samples.stream().filter(s -> names.contains(s.restorer())).toList();
  }

  private static double spearman(
      List<Sample> samples, ToDoubleFunction<Sample> a, ToDoubleFunction<Sample> b) {
    return Ranks.spearman(
        samples.stream().mapToDouble(a).toArray(), samples.stream().mapToDouble(b).toArray());
  }
}
