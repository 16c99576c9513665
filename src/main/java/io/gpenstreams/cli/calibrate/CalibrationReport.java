package io.gpenstreams.cli.calibrate;

import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.hallucination.FaceComparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The result of a calibration, as text for people and as a table for spreadsheets.
 *
 * @param samples at least one
 */
record CalibrationReport(List<Sample> samples) {
  // Error of likeness from which on two results are taken for different people: another face with
  // the same shading has 0.65 on average.
  private static final double SOMEBODY_ELSE = 0.3;

  /** A row for each restoration, as comma-separated values with a header. */
  String csv() {
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    lines.add(
        "face,restorer,degradation,level,score,identityRisk,confidence,synthesizedDetail,"
            + "inconsistency,colourChange,lostDetail,effectiveResolution,ssim,psnr,likenessError,"
            + "identitySimilarity");
    for (Sample s : samples) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%d,%s,%s,%s,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.0f,%.4f,%.2f,%.4f,%s",
              s.face(),
              quoted(s.restorer()),
              quoted(s.degrading().label()),
              s.trust().level().wireName(),
              s.measures().face().score(),
              s.measures().identityRisk(),
              s.trust().confidence(),
              s.measures().face().synthesizedDetail(),
              s.measures().face().inconsistency(),
              s.measures().colourChange(),
              s.measures().face().lostDetail(),
              s.measures().effectiveResolution(),
              s.error().ssim(),
              s.error().psnr(),
              s.error().likeness(),
              s.similarity() == null ? "" : String.format(Locale.ROOT, "%.4f", s.similarity())));
    }
    return lines.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  /** The tables for people. */
  String text() {
    List<String> lines = new ArrayList<>();
    long faces = samples.stream().mapToInt(Sample::face).distinct().count();
    lines.add(
        line(
            "%d restorations of %d faces, measures %s",
            samples.size(), faces, FaceComparison.METHOD));
    lines.add(
        "Spearman's rho: 1 if a measure orders the restorations as the error does, 0 if by chance");
    lines.add("-: the measure has one value for all, or gpen.identity.model is not set");
    lines.add("likeness error: 0 for the right features, about 0.65 for another person's");
    lines.add(line("look like another: likeness error above %.1f", SOMEBODY_ELSE));
    for (String restorer : restorers()) {
      List<Sample> ofOne = samples.stream().filter(s -> s.restorer().equals(restorer)).toList();
      lines.add("");
      lines.add(restorer);
      correlations(ofOne, lines);
      lines.add("");
      degradations(ofOne, lines);
      lines.add("");
      levels(ofOne, lines);
    }
    return String.join("\n", lines) + "\n";
  }

  private Set<String> restorers() {
    return samples.stream()
        .map(Sample::restorer)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static void correlations(List<Sample> samples, List<String> lines) {
    lines.add(
        line(
            "  %-18s %10s %10s %10s %10s",
            "Spearman's rho", "likeness", "1 - SSIM", "-PSNR", "identity"));
    correlations("identity risk", samples, s -> s.measures().identityRisk(), lines);
    correlations("score", samples, s -> s.measures().face().score(), lines);
    correlations("1 - confidence", samples, s -> 1 - s.trust().confidence(), lines);
  }

  private static void correlations(
      String name, List<Sample> samples, ToDoubleFunction<Sample> measure, List<String> lines) {
    double[] values = values(samples, measure);
    lines.add(
        line(
            "  %-18s %10s %10s %10s %10s",
            name,
            rho(values, values(samples, s -> s.error().likeness())),
            rho(values, values(samples, s -> 1 - s.error().ssim())),
            rho(values, values(samples, s -> -s.error().psnr())),
            samples.stream().anyMatch(s -> s.similarity() == null)
                ? "-"
                : rho(values, values(samples, s -> -s.similarity()))));
  }

  private static String rho(double[] a, double[] b) {
    double rho = Ranks.spearman(a, b);
    return Double.isNaN(rho) ? "-" : line("%.3f", rho);
  }

  private static void degradations(List<Sample> samples, List<String> lines) {
    lines.add(
        line(
            "  %-30s %6s %6s %6s %6s %6s %15s",
            "degradation", "score", "risk", "conf.", "SSIM", "PSNR", "likeness error"));
    Set<Degrading> grid =
        samples.stream()
            .map(Sample::degrading)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (Degrading degrading : grid) {
      List<Sample> of = samples.stream().filter(s -> s.degrading().equals(degrading)).toList();
      lines.add(
          line(
              "  %-30s %6.3f %6.3f %6.3f %6.3f %6.1f %15.3f",
              degrading.label(),
              mean(of, s -> s.measures().face().score()),
              mean(of, s -> s.measures().identityRisk()),
              mean(of, s -> s.trust().confidence()),
              mean(of, s -> s.error().ssim()),
              mean(of, s -> s.error().psnr()),
              mean(of, s -> s.error().likeness())));
    }
  }

  private static void levels(List<Sample> samples, List<String> lines) {
    lines.add(
        line(
            "  %-9s %6s %15s %15s %10s %18s",
            "level", "share", "likeness error", "9 in 10 below", "SSIM", "look like another"));
    for (Level level : Level.values()) {
      List<Sample> of = samples.stream().filter(s -> s.trust().level() == level).toList();
      if (of.isEmpty()) {
        lines.add(line("  %-9s %5.0f%%", level.wireName(), 0.0));
        continue;
      }
      double[] errors = values(of, s -> s.error().likeness());
      Arrays.sort(errors);
      lines.add(
          line(
              "  %-9s %5.0f%% %15.3f %15.3f %10.3f %17.0f%%",
              level.wireName(),
              100.0 * of.size() / samples.size(),
              mean(of, s -> s.error().likeness()),
              errors[(int) (0.9 * (errors.length - 1))],
              mean(of, s -> s.error().ssim()),
              100
                  * Arrays.stream(errors).filter(e -> e > SOMEBODY_ELSE).count()
                  / (double) errors.length));
    }
  }

  private static double mean(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  private static double[] values(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).toArray();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
