package io.gpenstreams.cli.demo;

import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.cli.progress.Terminal;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.ServerException;
import io.gpenstreams.servers.Workspace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code gpen demo}: the whole service on one machine, with a broker and an S3 server beside it.
 */
@Command(
    name = "demo",
    description =
        "Restores photos through a real Kafka broker, a real S3 server and the packaged service,"
            + " all started for it on this machine.")
public final class DemoCommand implements Callable<Integer> {
  /** The exit code that shells report for a process that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  private final Supplier<byte[]> portraitJpeg;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PHOTO", description = "Photos to restore; none: a portrait of nobody.")
  private List<Path> photos = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "M",
      defaultValue = "builtin",
      description = "ONNX file of the restorer, or ${DEFAULT-VALUE}.")
  private String model;

  @Option(
      names = "--keep",
      description = "Leave everything running until Ctrl-C, with the viewer's address.")
  private boolean keep;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "demo-output",
      description = "Where the results go (default: ${DEFAULT-VALUE}).")
  private Path out;

  /**
   * Makes the command.
   *
   * @param portraitJpeg the photo to restore when none is given, as a JPEG file
   */
  public DemoCommand(Supplier<byte[]> portraitJpeg) {
    this.portraitJpeg = portraitJpeg;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    checkUsage();
    Installation installation = Installation.find();
    Files.createDirectories(out);
    try (Workspace workspace = Workspace.create(installation)) {
      try {
        return run(new Demo(workspace, new Demo.Options(photos, model, keep, out), portraitJpeg));
      } catch (RuntimeException e) {
        if (workspace.isClosed()) {
          // Ctrl-C stopped the servers under it, which is no failure worth a message.
          return INTERRUPTED;
        }
        throw e instanceof ServerException failure ? withLog(failure) : e;
      }
    }
  }

  private int run(Demo demo) throws IOException, InterruptedException {
    List<Outcome> outcomes;
    try (Progress progress = progress()) {
      outcomes = demo.run(progress);
    }
    PrintWriter stdout = spec.commandLine().getOut();
    stdout.println();
    stdout.print(new SummaryTable(spec.commandLine().getColorScheme()).of(outcomes));
    stdout.println();
    stdout.println(
        "Restored photos, face crops, hallucination maps and events are in "
            + out.toAbsolutePath().normalize());
    stdout.flush();
    List<Outcome.Failed> failures = Outcome.failures(outcomes);
    failures.forEach(failure -> spec.commandLine().getErr().println("gpen: " + failure.message()));
    if (keep) {
      demo.addresses().forEach(stdout::println);
      stdout.println("Everything keeps running until Ctrl-C.");
      stdout.flush();
      demo.awaitEnd();
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private void checkUsage() {
    for (Path photo : photos) {
      if (!Files.isRegularFile(photo) || !Files.isReadable(photo)) {
        throw wrong("there is no photo to read at " + photo);
      }
    }
    if (!model.equals(Demo.BUILTIN_MODEL) && !Files.isRegularFile(Path.of(model))) {
      throw wrong("there is no model at " + model + "; make one with: gpen import");
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw wrong(out + " is not a folder; choose another with --out");
    }
    List<DemoPhoto> named = DemoPhoto.of(photos);
    for (Path photo : photos) {
      Path absolute = photo.toAbsolutePath().normalize();
      String fileName = absolute.getFileName().toString();
      if (out.toAbsolutePath().normalize().equals(absolute.getParent())
          && named.stream().anyMatch(other -> OutputFolder.mayWrite(other, fileName))) {
        throw wrong("a result might overwrite " + photo + "; choose another folder with --out");
      }
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Progress progress() {
    int steps = Demo.STEPS + Math.max(1, photos.size());
    return Terminal.isInteractive()
        ? Progress.bar("gpen demo", System.err, Terminal.width(), steps)
        : Progress.lines(spec.commandLine().getErr());
  }

  /** Saves the log from the workspace's end. */
  private ServerException withLog(ServerException e) {
    if (e.log() == null || !Files.exists(e.log())) {
      return e;
    }
    Path saved = out.resolve(e.log().getFileName());
    try {
      Files.copy(e.log(), saved, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      e.addSuppressed(failure);
      return e;
    }
    return new ServerException(e.getMessage() + " (its log is " + saved + ")", saved, e);
  }
}
