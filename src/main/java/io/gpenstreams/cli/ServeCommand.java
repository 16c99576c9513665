package io.gpenstreams.cli;

import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;

/** {@code gpen serve}: the stream service, until it is told to stop. */
@Command(name = "serve", description = "Runs the service (also what runs with no command).")
final class ServeCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    AtomicInteger exitCode = new AtomicInteger();
    Quarkus.run(null, (code, failure) -> exitCode.set(code));
    return exitCode.get();
  }
}
