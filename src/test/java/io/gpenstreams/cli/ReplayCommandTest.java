package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --dry-run                    | say which letters, by --code, --since
          --limit 3                    | say which letters, by --code, --since
          --all --code TIMEOUT         | --all excludes
          --code TIME_OUT              | TIMEOUT
          --since yesterday            | --since: 'yesterday' is neither
          --until 2w                   | --until: '2w' is neither
          --since 1h --until 2h        | --since must be before --until
          --all --limit 0              | --limit must be 1 or more, not 0
          """)
  void saysInOneLineWhatIsWrongWithItsUse(String arguments, String message) {
    assertThat(replay(("replay " + arguments).split(" "))).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains(message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void saysInOneLineAndSoonThatKafkaIsNotThere() {
    Instant start = Instant.now();

    assertThat(replay("replay", "--all", "--bootstrap", "127.0.0.1:1")).isEqualTo(1);

    assertThat(err.toString().lines()).singleElement().asString().contains("127.0.0.1:1");
    assertThat(out.toString()).isEmpty();
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void isListed() {
    assertThat(replay("--help")).isZero();
    assertThat(out.toString()).contains("replay");
  }

  private int replay(String... arguments) {
    return GpenCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
