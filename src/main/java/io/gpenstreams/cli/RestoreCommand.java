package io.gpenstreams.cli;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded.Options;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.restore.PhotoRestorer;
import io.gpenstreams.restore.RestoreSettings;
import io.gpenstreams.restore.ResultSink;
import io.gpenstreams.restore.StageClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gpen restore}: one photo on disk, on the way of the stream, without Kafka and S3. */
@Command(name = "restore", description = "Restores one photo on this machine.")
final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PHOTO", description = "A JPEG, PNG or WebP file.")
  private Path photo;

  @Option(
      names = "--output",
      paramLabel = "F",
      description = "The restored photo; .jpg, .png or .webp (default: PHOTO-restored beside it).")
  private Path output;

  @Option(names = "--report", paramLabel = "F.json", description = "The restored-image event.")
  private Path report;

  @Option(names = "--faces", paramLabel = "DIR", description = "Folder for the restored faces.")
  private Path faces;

  @Option(names = "--map", paramLabel = "F.png", description = "Where detail was invented.")
  private Path map;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "ONNX file of the restorer, or builtin.")
  private String model;

  @Option(
      names = "--detector",
      paramLabel = "D",
      description = "ONNX file of a YuNet detector, or builtin.")
  private String detector;

  @Option(names = "--scale", paramLabel = "auto|1|2|4", description = "Enlargement of the photo.")
  private String scale;

  @Override
  public Integer call() throws IOException {
    GpenConfig config = config();
    if (!Files.isRegularFile(photo)) {
      throw new ParameterException(spec.commandLine(), "there is no photo at " + photo);
    }
    StageClock clock = new StageClock(Duration.ofSeconds(config.limits().seconds()));
    byte[] file = clock.time(Stage.FETCH, this::read);
    String format = output == null ? null : formatOf(output);
    RestoreSettings settings =
        RestoreSettings.of(config, new Options(null, null, null, format, null));
    String name = photo.getFileName().toString();
    RestoredImage result;
    try (PhotoRestorer restorer =
        CleanExit.after(() -> PhotoRestorer.open(config, this::modelFile))) {
      result =
          CleanExit.halting(
              restorer::halt,
              () ->
                  restorer.restore(
                      new PhotoRestorer.Request(name, "file", photo.toString()),
                      file,
                      settings,
                      new FileSink(),
                      clock));
    }
    if (report != null) {
      AtomicFile.write(report, new EventJson().write(result));
    }
    summarise(result);
    return 0;
  }

  private GpenConfig config() {
    return new LocalConfig(spec)
        .with("gpen.model", model)
        .with("gpen.detector.model", detector)
        .with("gpen.output.scale", scale)
        .load();
  }

  private Path modelFile(String location) {
    return LocalConfig.modelFile(spec, location);
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(photo);
    } catch (IOException e) {
      throw new UncheckedIOException(photo + " cannot be read: " + e.getMessage(), e);
    }
  }

  private String formatOf(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jpg") || name.endsWith(".jpeg")) {
      return "jpeg";
    }
    if (name.endsWith(".png") || name.endsWith(".webp")) {
      return name.substring(name.lastIndexOf('.') + 1);
    }
    throw new ParameterException(
        spec.commandLine(), "--output must end in .jpg, .png or .webp, not be " + file);
  }

  private void summarise(RestoredImage result) {
    PrintWriter out = spec.commandLine().getOut();
    if (result.restored() == null) {
      out.printf("%s is unchanged: %s%n", photo, result.reason());
    } else {
      long restored = result.faces().stream().filter(f -> f.reason() == null).count();
      out.printf(
          "%s: %d of %d faces restored, confidence %.2f, hallucination %s (%.2f), %d ms%n",
          result.restored().key(),
          restored,
          result.facesFound(),
          result.confidence(),
          result.hallucination().level().wireName(),
          result.hallucination().score(),
          result.timings().totalMs());
    }
    out.flush();
  }

  /** Files where the options say, each written beside its place and moved. */
  private final class FileSink implements ResultSink {
    @Override
    public boolean wants(Kind kind) {
      return switch (kind) {
        case PHOTO -> true;
        case MAP -> map != null;
        case FACE -> faces != null;
      };
    }

    @Override
    public StoredObject store(Kind kind, String name, byte[] bytes, String contentType) {
      Path place =
          switch (kind) {
            case PHOTO -> output != null ? output : beside(name);
            case MAP -> map;
            case FACE -> faces.resolve(name);
          };
      AtomicFile.write(place, bytes);
      return new StoredObject("file", place.toString());
    }

    private Path beside(String name) {
      String original = photo.getFileName().toString();
      int dot = original.lastIndexOf('.');
      String stem = dot > 0 ? original.substring(0, dot) : original;
      return photo.resolveSibling(stem + "-restored" + name.substring(name.lastIndexOf('.')));
    }
  }
}
