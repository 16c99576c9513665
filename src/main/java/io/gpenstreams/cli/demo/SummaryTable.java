package io.gpenstreams.cli.demo;

import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Hallucination;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/** The outcomes as a table, one line a photo. Immutable. */
final class SummaryTable {
  private static final List<String> HEADINGS =
      List.of("photo", "size", "faces", "confidence", "hallucination", "time");
  private static final int GAP = 2;

  private final ColorScheme colours;

  SummaryTable(ColorScheme colours) {
    this.colours = colours;
  }

  /** The table's text, with colours if the scheme has any. */
  String of(List<Outcome> outcomes) {
    List<List<Text>> rows = new ArrayList<>();
    rows.add(HEADINGS.stream().map(heading -> styled(heading, Style.bold)).toList());
    outcomes.forEach(outcome -> rows.add(row(outcome)));

    Column[] columns =
        IntStream.range(0, HEADINGS.size())
            .map(
                i ->
                    rows.stream()
                        .mapToInt(row -> row.get(i).getCJKAdjustedLength())
                        .max()
                        .orElse(0))
            .mapToObj(width -> new Column(width + GAP, 0, Overflow.SPAN))
            .toArray(Column[]::new);
    TextTable table = TextTable.forColumns(colours, columns);
    rows.forEach(row -> table.addRowValues(row.toArray(Text[]::new)));
    return table.toString();
  }

  private List<Text> row(Outcome outcome) {
    String name = outcome.photo().name();
    if (outcome instanceof Outcome.Restored restored) {
      return row(name, restored.event());
    }
    Outcome.Failed failed = (Outcome.Failed) outcome;
    return List.of(
        plain(name),
        styled("failed: " + failed.event().error().code(), Style.fg_red),
        plain(""),
        plain(""),
        plain(""),
        plain(""));
  }

  private List<Text> row(String name, RestoredImage event) {
    long restoredFaces =
        event.faces().stream().filter(face -> face.outcome() == FaceOutcome.RESTORED).count();
    return List.of(
        plain(name),
        plain(size(event)),
        plain(restoredFaces + " of " + event.facesFound()),
        plain(event.confidence() == null ? "-" : decimal(event.confidence())),
        event.hallucination() == null ? plain("-") : hallucination(event.hallucination()),
        plain(event.timings().totalMs() + " ms"));
  }

  private static String size(RestoredImage event) {
    String source = event.source().width() + "x" + event.source().height();
    return event.restored() == null
        ? source + " unchanged: " + event.reason()
        : source + " -> " + event.restored().width() + "x" + event.restored().height();
  }

  private Text hallucination(Hallucination hallucination) {
    Style colour =
        switch (hallucination.level()) {
          case LOW -> Style.fg_green;
          case MODERATE -> Style.fg_yellow;
          case HIGH -> Style.fg_red;
        };
    return styled(hallucination.level().wireName() + " " + decimal(hallucination.score()), colour);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private Text plain(String text) {
    return styled(text);
  }

  /** Not parsed for markup, since photos' names come from outside. */
  private Text styled(String text, Style... styles) {
    return colours.apply(text, List.of(styles));
  }
}
