package io.gpenstreams.hallucination;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.cli.calibrate.AreaUnderCurve;
import io.gpenstreams.hallucination.FaceComparison.Comparison;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether the map shows an edit, and whether the region with the largest values is the edited one.
 */
class LocalEditTest {
  private static final boolean WHOLE = "whole".equals(System.getProperty("gpen.calibration"));

  /** Areas and regions as of one edit of one face. */
  private record Outcome(double area, boolean regionRight) {}

  @ParameterizedTest
  @CsvSource({"1, 0.80", "2, 0.80", "4, 0.70"})
  void theMapShowsEveryEdit(int factor, double regionsRight) {
    List<SharpFaces.Face> faces = new ArrayList<>(SharpFaces.ofPairs(WHOLE ? 2 : 10));
    List<SharpFaces.Face> photos = SharpFaces.ofPhotos();
    faces.addAll(WHOLE ? photos : photos.subList(0, 3));
    Figures figures = new Figures("edits-" + factor);
    double areas = 0;
    double right = 0;
    try (FaceComparison comparison = new FaceComparison(SharpFaces.SIZE)) {
      for (LocalEdit edit : LocalEdit.values()) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < faces.size(); i++) {
          Mat other = faces.get((i + 1) % faces.size()).rgb();
          outcomes.add(outcome(comparison, edit, faces.get(i), other, factor));
        }
        double area = outcomes.stream().mapToDouble(Outcome::area).average().orElseThrow();
        double share =
            outcomes.stream().filter(Outcome::regionRight).count() / (double) outcomes.size();
        figures.add("%-16s map AUC %.3f, region right %.2f", edit, area, share);
        areas += area / LocalEdit.values().length;
        right += share / LocalEdit.values().length;
      }
    }
    figures.add("mean of %d faces: map AUC %.3f, region right %.2f", faces.size(), areas, right);
    figures.write();
    faces.forEach(SharpFaces.Face::close);
    assertThat(areas).isGreaterThanOrEqualTo(0.9);
    assertThat(right).isGreaterThanOrEqualTo(regionsRight);
  }

  private static Outcome outcome(
      FaceComparison comparison, LocalEdit edit, SharpFaces.Face face, Mat other, int factor) {
    try (LocalEdit.Pair pair = edit.of(face.rgb(), other, face.landmarks());
        Mat input = FaceComparisonTest.reduced(pair.truth(), factor);
        Mat touched = LocalEdit.touched(pair, FaceMap.SIDE);
        Comparison compared =
            comparison.compare(
                input, pair.edited(), face.landmarks(), SharpFaces.SIZE / (double) factor)) {
      String highest =
          compared.measures().regions().entrySet().stream()
              .max(Map.Entry.comparingByValue((a, b) -> Double.compare(altered(a), altered(b))))
              .orElseThrow()
              .getKey();
      return new Outcome(area(compared.map(), touched, face), edit.regions().contains(highest));
    }
  }

  private static double altered(RegionMeasures region) {
    return 1 - (1 - region.unsupported()) * (1 - region.colourChange());
  }

  private static double area(Mat map, Mat touched, SharpFaces.Face face) {
    byte[] regions = new FaceRegions(face.landmarks(), SharpFaces.SIZE).on(FaceMap.SIDE);
    FloatBuffer values = map.createBuffer();
    FloatBuffer truth = touched.createBuffer();
    List<Double> inside = new ArrayList<>();
    List<Double> outside = new ArrayList<>();
    for (int i = 0; i < regions.length; i++) {
      double opacity =
          HallucinationMap.opacity(values.get(3 * i), values.get(3 * i + 1), values.get(3 * i + 2));
      if (regions[i] != FaceRegions.OUTSIDE) {
        (truth.get(i) > 0 ? inside : outside).add(opacity);
      }
    }
    return AreaUnderCurve.of(array(inside), array(outside));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void aSheetOfEditsToLookAt() {
    int factor = 2;
    List<SharpFaces.Face> faces = new ArrayList<>(List.of(SharpFaces.portrait()));
    faces.addAll(SharpFaces.ofPhotos().subList(0, 2));
    faces.add(SharpFaces.ofPairs(SharpFaces.PAIRS).get(0));
    int edits = LocalEdit.values().length;
    try (FaceComparison comparison = new FaceComparison(SharpFaces.SIZE);
        ContactSheet sheet = new ContactSheet(160, 3 * 3, faces.size() * edits * 3)) {
      for (int i = 0; i < faces.size(); i++) {
        SharpFaces.Face face = faces.get(i);
        Mat other = faces.get((i + 1) % faces.size()).rgb();
        for (LocalEdit edit : LocalEdit.values()) {
          try (LocalEdit.Pair pair = edit.of(face.rgb(), other, face.landmarks());
              Mat input = FaceComparisonTest.reduced(pair.truth(), factor);
              Comparison compared =
                  comparison.compare(
                      input, pair.edited(), face.landmarks(), SharpFaces.SIZE / (double) factor);
              Mat shown = ContactSheet.withMap(pair.edited(), compared.map())) {
            assertThat(compared.measures().face().score()).isBetween(0.0, 1.0);
            sheet.add(input, "1/" + factor);
            sheet.add(pair.edited(), edit.name());
            sheet.add(shown, "map");
          }
        }
      }
      sheet.write("edits-" + factor);
    }
    faces.forEach(SharpFaces.Face::close);
  }
}
