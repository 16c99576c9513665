package io.gpenstreams.cli.bench;

import io.gpenstreams.model.ModelInfo;
import java.util.Locale;
import java.util.StringJoiner;

/** A report for people. */
public final class BenchTable {
  private static final double MEGABYTE = 1e6;

  private final StringJoiner lines = new StringJoiner("\n", "", "\n");

  private BenchTable() {}

  /** The table's lines. */
  public static String of(BenchReport report) {
    BenchTable table = new BenchTable();
    table.write(report);
    return table.lines.toString();
  }

  private void write(BenchReport report) {
    ModelInfo model = report.model();
    line(
        "%s%s, %d×%d, %s, on %s with %d processors",
        model.name(),
        report.randomWeights() ? " with random weights" : "",
        model.size(),
        model.size(),
        model.precision(),
        report.device(),
        report.processors());
    line("");
    Speed bare = report.bareModel();
    Speed pipeline = report.pipeline();
    line("%-22s %12s %12s", "", "bare model", "pipeline");
    row("first run, ms", bare.firstMillis(), pipeline.firstMillis());
    row("median, ms a face", bare.medianMillisPerFace(), pipeline.medianMillisPerFace());
    row("least, ms a face", bare.leastMillisPerFace(), pipeline.leastMillisPerFace());
    row("mean, ms a face", bare.meanMillisPerFace(), pipeline.meanMillisPerFace());
    line("%-22s %12.2f %12.2f", "faces a second", bare.facesPerSecond(), pipeline.facesPerSecond());
    line("%-22s %12s %12.3f", "ratio", "", report.ratio());
    line("");
    line("%-22s %12s %12s", "stage, photo alone", "", "ms a face");
    report.stageMillisPerFace().forEach((stage, millis) -> line("%-22s %25.1f", stage, millis));
    line("");
    line("%-22s %25.1f", "loading, ms", report.loadMillis());
    line(
        "%-22s %25s",
        "peak memory, MB",
        report
            .peakMemoryBytes()
            .map(bytes -> String.format(Locale.ROOT, "%.0f", bytes / MEGABYTE))
            .orElse("unknown"));
    line(
        "%d faces measured with either, in turns, after warming up; %s in a run of the bare model,"
            + " %s in the pipeline at once",
        pipeline.faces(),
        report.batch() == 1 ? "one" : report.batch(),
        report.photosAtOnce() == 1 ? "one photo" : report.photosAtOnce() + " photos");
  }

  private void row(String name, double bare, double pipeline) {
    line("%-22s %12.1f %12.1f", name, bare, pipeline);
  }

  private void line(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
