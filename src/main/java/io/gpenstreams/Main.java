package io.gpenstreams;

import io.gpenstreams.cli.GpenCommand;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * Entry point of the launcher, the jar and the container. Only {@code serve} starts Quarkus: the
 * other commands need neither a broker nor a port.
 */
@QuarkusMain
public final class Main {
  private Main() {}

  /** Runs a command; with none, the service. */
  public static void main(String... args) {
    System.exit(
        GpenCommand.commandLine().execute(args.length == 0 ? new String[] {"serve"} : args));
  }
}
