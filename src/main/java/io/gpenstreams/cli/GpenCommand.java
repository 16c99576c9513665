package io.gpenstreams.cli;

import io.gpenstreams.cli.demo.DemoCommand;
import io.gpenstreams.config.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code gpen}: what its commands share. */
@Command(
    name = "gpen",
    description = "Restores the faces of photos, and says how much of each it invented.",
    mixinStandardHelpOptions = true,
    versionProvider = GpenCommand.FromArtefact.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RestoreCommand.class,
      ImportCommand.class,
      InspectCommand.class,
      CalibrateCommand.class
    })
public final class GpenCommand {
  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces.")
  private boolean debug;

  /** The command line, ready to execute. */
  public static CommandLine commandLine() {
    return commandLine(() -> {});
  }

  /**
   * The command line, ready to execute.
   *
   * @param serving told when the service is about to start, which stops in order by itself when the
   *     process is told to exit
   */
  public static CommandLine commandLine(Runnable serving) {
    GpenCommand gpen = new GpenCommand();
    return new CommandLine(gpen)
        .addSubcommand(new ServeCommand(serving))
        .addSubcommand(new DemoCommand(GpenCommand::portraitJpeg))
        .addSubcommand(new BenchCommand(GpenCommand::portraitJpeg))
        .addSubcommand(new ReplayCommand(Clock.systemUTC()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, command, parsed) -> gpen.report(failure, command))
        .setParameterExceptionHandler(GpenCommand::usage);
  }

  /** The photo for commands that are given none: a JPEG file, drawn by code, of nobody. */
  static byte[] portraitJpeg() {
    try (InputStream in = GpenCommand.class.getResourceAsStream("portrait.jpg")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the artefact does not hold its portrait", e);
    }
  }

  private int report(Exception failure, CommandLine command) {
    if (debug) {
      failure.printStackTrace(command.getErr());
    } else {
      command.getErr().println("gpen: " + oneLine(failure));
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static int usage(CommandLine.ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    command
        .getErr()
        .printf(
            "gpen: %s (see %s --help)%n",
            oneLine(failure), command.getCommandSpec().qualifiedName());
    return CommandLine.ExitCode.USAGE;
  }

  private static String oneLine(Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return message.replaceAll("\\s*\\R\\s*", " ");
  }

  /** The version of the artefact. */
  static final class FromArtefact implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"gpen-streams " + Version.current()};
    }
  }
}
