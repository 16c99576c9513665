package io.gpenstreams;

import io.gpenstreams.cli.GpenCommand;
import io.gpenstreams.config.UnknownVariables;
import io.gpenstreams.temporary.ProcessFolder;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import picocli.CommandLine;

/**
 * Entry point of the launcher, the jar and the container. Only {@code serve} starts Quarkus: the
 * other commands need neither a broker nor a port.
 */
@QuarkusMain
public final class Main {
  private Main() {}

  /** Runs a command; with none, the service. */
  public static void main(String... args) {
    // JavaCPP would count ONNX Runtime's memory against a limit that it derives from the heap, and
    // fail.
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    UnknownVariables.warnings(System.getenv().keySet())
        .forEach(line -> System.err.println("gpen: " + line));
    System.exit(run(args.length == 0 ? new String[] {"serve"} : args));
  }

  private static int run(String... args) {
    try (ProcessFolder temporary = ProcessFolder.open()) {
      return GpenCommand.commandLine(temporary::keepUntilClosed).execute(args);
    } catch (IOException e) {
      System.err.println("gpen: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
  }
}
