package io.gpenstreams.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A shell that waits for this process to end: should that happen by {@code kill -9}, where no
 * shutdown hook runs, it kills the servers and deletes their folder.
 *
 * <p>It notices because the pipe to its standard input closes. All methods may be called from any
 * thread; the pipe is guarded by this object's lock.
 */
final class Guard implements AutoCloseable {
  /** Signals from the terminal reach the whole process group, and must not end the guard first. */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=
      while read -r word pid; do
        case $word in
          started) pids="$pids $pid" ;;
          ended)
            rest=
            for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done
            pids=$rest
            ;;
          delete) set -- "$@" "$pid" ;;
          finished) exit 0 ;;
        esac
      done
      [ -z "$pids" ] || kill -9 $pids 2>/dev/null
      for attempt in 1 2 3 4 5; do
        rm -rf -- "$@" 2>/dev/null && exit 0
        sleep 1
      done
      """;

  private final Process shell;
  private final OutputStream pipe;

  Guard(Path folder) throws IOException {
    shell =
        new ProcessBuilder(
                "/bin/sh", "-c", SCRIPT, "gpen-demo-guard", folder.toAbsolutePath().toString())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
    pipe = shell.getOutputStream();
  }

  void started(Process process) {
    tell("started " + process.pid());
  }

  /** Forgets a process, whose number may soon be another's. */
  void ended(Process process) {
    tell("ended " + process.pid());
  }

  /** Adds a folder to those that it deletes. */
  void delete(Path folder) {
    tell("delete " + folder.toAbsolutePath());
  }

  /** Ends the shell without it doing anything. */
  @Override
  public void close() {
    tell("finished");
    boolean interrupted = false;
    try {
      pipe.close();
      interrupted = !waitFor();
    } catch (IOException e) {
      shell.destroyForcibly();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean waitFor() {
    try {
      if (!shell.waitFor(2, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
      return true;
    } catch (InterruptedException e) {
      shell.destroyForcibly();
      return false;
    }
  }

  private synchronized void tell(String line) {
    try {
      pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      pipe.flush();
    } catch (IOException e) {
      // The guard is gone, so there is nobody to tell; the shutdown hook still does its part.
      shell.destroyForcibly();
    }
  }
}
