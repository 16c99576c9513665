package io.gpenstreams.cli.replay;

import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.text.OneLine;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;

/** Prints a line for each letter, and counts letters. For one thread. */
public final class ReplayReport {
  // A topic may be full of records that are not letters.
  private static final int MAX_COMPLAINTS = 20;

  private static final String LINE = "%-11s %-20s %-19s %s%n";

  private final PrintWriter out;
  private final PrintWriter err;
  private long sent;
  private long earlier;
  private long others;
  private long unusable;
  private long beyond;

  /** Prints letters to {@code out}, and problems with letters to {@code err}. */
  public ReplayReport(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  void sent(Selected one) {
    if (sent == 0) {
      out.printf(LINE, "LETTER", "FAILED AT", "CODE", "IMAGE");
    }
    sent++;
    RestorationFailed letter = one.letter();
    out.printf(
        LINE,
        place(one.id().partition(), one.id().offset()),
        letter.failedAt().truncatedTo(ChronoUnit.SECONDS),
        letter.error().code(),
        letter.imageId() == null ? "-" : OneLine.of(letter.imageId()));
    out.flush();
  }

  void earlier() {
    earlier++;
  }

  void other() {
    others++;
  }

  void beyond() {
    beyond++;
  }

  void unusable(int partition, long offset, String why) {
    unusable++;
    if (unusable <= MAX_COMPLAINTS) {
      err.println("gpen: letter " + place(partition, offset) + ": " + OneLine.of(why));
    } else if (unusable == MAX_COMPLAINTS + 1) {
      err.println("gpen: and more such letters");
    }
    err.flush();
  }

  /** The counts so far. */
  public ReplaySummary summary() {
    return new ReplaySummary(sent, earlier, others, unusable, beyond);
  }

  private static String place(int partition, long offset) {
    return partition + "-" + offset;
  }
}
