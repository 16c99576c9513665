package io.gpenstreams.cli;

import java.io.PrintWriter;
import java.util.function.IntSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/**
 * Prints what the application logs as a warning while a command runs, a line each. Only the service
 * has a configured log: without this a warning of any other command would be lost.
 */
final class LoggedWarnings extends Handler {
  private final PrintWriter lines;

  private LoggedWarnings(PrintWriter lines) {
    this.lines = lines;
    setLevel(Level.WARNING);
    setFormatter(new PatternFormatter("gpen: warning: %s%n"));
  }

  /**
   * Runs a command.
   *
   * @param lines get the warnings
   * @return the command's exit code
   */
  static int printedTo(PrintWriter lines, IntSupplier command) {
    // Held here, since the log manager holds loggers by weak references only.
    Logger application = Logger.getLogger("io.gpenstreams");
    LoggedWarnings warnings = new LoggedWarnings(lines);
    application.addHandler(warnings);
    try {
      return command.getAsInt();
    } finally {
      application.removeHandler(warnings);
    }
  }

  @Override
  public void publish(LogRecord entry) {
    if (isLoggable(entry)) {
      lines.print(getFormatter().format(entry));
      lines.flush();
    }
  }

  @Override
  public void flush() {
    lines.flush();
  }

  @Override
  public void close() {
    flush();
  }
}
