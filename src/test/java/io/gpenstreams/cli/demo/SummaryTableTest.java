package io.gpenstreams.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

class SummaryTableTest {
  private static final List<Outcome> OUTCOMES =
      List.of(
          Outcomes.restored("grandma"),
          Outcomes.unchanged("@|red tree|@"),
          Outcomes.failed("broken"));

  @Test
  void showsALineForEachPhoto() {
    String table = new SummaryTable(Help.defaultColorScheme(Ansi.OFF)).of(OUTCOMES);

    assertThat(table.lines().map(String::stripTrailing))
        .containsExactly(
            "photo         size                      faces   confidence  hallucination  time",
            "grandma       1328x568 -> 2656x1136     0 of 0  0.58        high 0.61      430 ms",
            "@|red tree|@  64x48 unchanged: no-face  0 of 0  -           -              7 ms",
            "broken        failed: IMAGE_CORRUPT");
  }

  @Test
  void hasColoursOnlyWhereTheSchemeHas() {
    assertThat(new SummaryTable(Help.defaultColorScheme(Ansi.OFF)).of(OUTCOMES))
        .doesNotContain("\u001b");
    assertThat(new SummaryTable(Help.defaultColorScheme(Ansi.ON)).of(OUTCOMES))
        .contains("\u001b[31m")
        .contains("@|red tree|@");
  }
}
