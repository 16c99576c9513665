package io.gpenstreams.servers;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A server in a process of its own, whose output goes to a file.
 *
 * <p>Immutable but for the process itself; all methods may be called from any thread.
 */
final class ServerProcess implements AutoCloseable {
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(50);

  /** What a server goes on to say after the error that stopped it. */
  private static final Predicate<String> HARMLESS = Pattern.compile(" (INFO|WARN) ").asPredicate();

  private final String name;
  private final Process process;
  private final Path log;

  private ServerProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /** Asks a server whether it answers; false and an exception both mean not yet. */
  interface Probe {
    boolean answers() throws Exception;
  }

  /** Starts it; {@code log} is appended to. */
  static ServerProcess start(String name, List<String> command, Path log, Guard guard) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
      guard.started(process);
      var unused = process.onExit().thenAccept(guard::ended);
      return new ServerProcess(name, process, log);
    } catch (IOException e) {
      throw new ServerException("cannot start " + name + ": " + e.getMessage(), log, e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /**
   * Waits until it answers.
   *
   * @throws ServerException if it stops before, or needs longer than {@code limit}
   */
  void awaitReady(Duration limit, Probe probe) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      requireAlive();
      try {
        if (probe.answers()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      Thread.sleep(BETWEEN_PROBES.toMillis());
    }
    throw new ServerException(
        name + " did not answer within " + limit.toSeconds() + " s" + lastWords(), log, last);
  }

  /** Waits for a process that ends by itself. */
  void awaitSuccess(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
      throw new ServerException(
          name + " did not end within " + limit.toSeconds() + " s" + lastWords(), log, null);
    }
    if (process.exitValue() != 0) {
      throw stopped();
    }
  }

  /**
   * Checks that it still runs.
   *
   * @throws ServerException if not
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw stopped();
    }
  }

  /** Whether its output holds {@code text}. */
  boolean said(String text) {
    return lastLine(line -> line.contains(text)) != null;
  }

  /** Ends it at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    awaitEnd(STOP_GRACE);
  }

  /** Asks it to stop, and ends it at once if that takes longer than {@code limit}. */
  void stop(Duration limit) {
    process.destroy();
    if (!awaitEnd(limit)) {
      kill();
    }
  }

  /** Asks it to stop, and ends it at once if it takes too long. */
  @Override
  public void close() {
    stop(STOP_GRACE);
  }

  private boolean awaitEnd(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private ServerException stopped() {
    return new ServerException(
        name + " stopped with exit code " + process.exitValue() + lastWords(), log, null);
  }

  private String lastWords() {
    // A stack trace's frames are indented; the line above them says what happened.
    Predicate<String> said = line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0));
    String line = lastLine(said.and(HARMLESS.negate()));
    String shown = line == null ? lastLine(said) : line;
    return shown == null ? "" : ": " + shown.strip();
  }

  private String lastLine(Predicate<String> wanted) {
    try {
      String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
      return text.lines().filter(wanted).reduce((first, second) -> second).orElse(null);
    } catch (IOException e) {
      return null;
    }
  }
}
