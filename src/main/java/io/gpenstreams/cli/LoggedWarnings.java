package io.gpenstreams.cli;

import java.io.PrintWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Prints what the application logs as a warning while a command runs, a line each. Only the service
 * has a configured log: without this a warning of any other command would be lost.
 */
final class LoggedWarnings extends Handler implements AutoCloseable {
  // A field, since loggers are held by weak references only.
  private final Logger application = Logger.getLogger("io.gpenstreams");
  private final PrintWriter lines;

  private LoggedWarnings(PrintWriter lines) {
    this.lines = lines;
    setLevel(Level.WARNING);
  }

  /** Prints warnings from now until the result is closed. */
  static LoggedWarnings to(PrintWriter lines) {
    LoggedWarnings warnings = new LoggedWarnings(lines);
    warnings.application.addHandler(warnings);
    return warnings;
  }

  @Override
  public void publish(LogRecord entry) {
    if (isLoggable(entry)) {
      lines.println("gpen: warning: " + ExtLogRecord.wrap(entry).getFormattedMessage());
      lines.flush();
    }
  }

  @Override
  public void flush() {
    lines.flush();
  }

  @Override
  public void close() {
    application.removeHandler(this);
  }
}
