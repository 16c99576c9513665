package io.gpenstreams.cli.progress;

import java.io.PrintStream;
import java.io.PrintWriter;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows the user how far a command is. */
public interface Progress extends AutoCloseable {
  /** Shows the current activity. */
  void now(String what);

  /** One more step is done. */
  void step();

  @Override
  void close();

  /** A bar on a terminal, that draws itself over. */
  static Progress bar(String task, PrintStream terminal, int width, int steps) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .hideEta()
            .setConsumer(new ConsoleProgressBarConsumer(terminal, width))
            .build();
    return new Progress() {
      @Override
      public void now(String what) {
        bar.setExtraMessage(" " + what);
        bar.refresh();
      }

      @Override
      public void step() {
        bar.step();
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }

  /** Shows nothing. */
  static Progress silent() {
    return new Progress() {
      @Override
      public void now(String what) {
        // Nothing to show.
      }

      @Override
      public void step() {
        // Nothing to show.
      }

      @Override
      public void close() {
        // Nothing was opened.
      }
    };
  }

  /** A line for each thing that goes on. */
  static Progress lines(PrintWriter out) {
    return new Progress() {
      @Override
      public void now(String what) {
        out.println(what);
        out.flush();
      }

      @Override
      public void step() {
        // The next line says what comes after.
      }

      @Override
      public void close() {
        out.flush();
      }
    };
  }
}
