package io.gpenstreams.cli;

import io.gpenstreams.cli.bench.BenchPhoto;
import io.gpenstreams.cli.bench.BenchReport;
import io.gpenstreams.cli.bench.BenchTable;
import io.gpenstreams.cli.bench.Benchmark;
import io.gpenstreams.cli.bench.PeakMemory;
import io.gpenstreams.cli.bench.RandomModel;
import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.config.PhotosAtOnce;
import io.gpenstreams.gpen.RandomWeights;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Restorer;
import io.gpenstreams.model.Target;
import io.gpenstreams.restore.PhotoRestorer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gpen bench}: how fast a model is on this machine, alone and in the pipeline. */
@Command(
    name = "bench",
    description = "Measures a model on this machine, alone and in the whole pipeline.")
final class BenchCommand implements Callable<Integer> {
  private final Supplier<byte[]> portraitJpeg;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "ONNX file of the restorer, or builtin (default: the service's, gpen.model).")
  private String model;

  @Option(
      names = "--random",
      paramLabel = "SIZE",
      description =
          "Measure GPEN of this size with random weights: they take as long as real ones.")
  private Integer random;

  @Option(
      names = "--precision",
      paramLabel = "fp32|fp16",
      description = "What --random computes with (default: fp32).")
  private Precision precision;

  @Option(
      names = "--target",
      paramLabel = "cpu|gpu",
      description = "Device that --random is laid out for (default: gpu for fp16, else cpu).")
  private Target target;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda:N",
      description = "Where it runs (default: the service's, gpen.device).")
  private String device;

  @Option(
      names = "--faces",
      paramLabel = "N",
      defaultValue = "10",
      description = "Faces to measure with either (default: ${DEFAULT-VALUE}).")
  private int faces;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Most faces in one run of the model (default: the service's, gpen.batch).")
  private Integer batch;

  @Option(
      names = "--photo",
      paramLabel = "PHOTO",
      description = "A photo for the pipeline, repeatable (default: the demo's portrait).")
  private List<Path> photos = new ArrayList<>();

  @Option(
      names = "--photos-at-once",
      paramLabel = "N",
      description =
          "Photos in the pipeline at the same time (default: the service's, gpen.stream.in-flight).")
  private Integer photosAtOnce;

  @Option(names = "--json", paramLabel = "F", description = "File for the figures.")
  private Path json;

  /**
   * Makes the command.
   *
   * @param portraitJpeg the photo to measure with when none is given, as a JPEG file
   */
  BenchCommand(Supplier<byte[]> portraitJpeg) {
    this.portraitJpeg = portraitJpeg;
  }

  @Override
  public Integer call() {
    checkUsage();
    GpenConfig config = config();
    Benchmark.Plan plan = new Benchmark.Plan(photos(), faces, PhotosAtOnce.of(config));
    BenchReport report;
    try (Progress progress = progress(plan.steps())) {
      report = measure(config, plan, progress);
    }
    if (json != null) {
      AtomicFile.write(json, report.json());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(BenchTable.of(report));
    out.flush();
    return 0;
  }

  private BenchReport measure(GpenConfig config, Benchmark.Plan plan, Progress progress) {
    Benchmark benchmark = new Benchmark(config, this::modelFile, plan);
    if (random == null) {
      progress.now("loading");
      PeakMemory.restart();
      long begin = System.nanoTime();
      Restorer restorer = CleanExit.after(() -> PhotoRestorer.openModel(config, this::modelFile));
      return run(benchmark, restorer, since(begin), progress);
    }
    Device place = Device.choose(config.device(), config.cuda());
    progress.now("importing");
    Restorer restorer;
    Duration loading;
    try (RandomModel imported = RandomModel.write(weights(), chosenPrecision(), chosenTarget())) {
      progress.now("loading");
      PeakMemory.restart();
      long begin = System.nanoTime();
      restorer = CleanExit.after(() -> Restorer.open(imported.file(), place));
      loading = since(begin);
    }
    return run(benchmark, restorer, loading, progress);
  }

  private BenchReport run(
      Benchmark benchmark, Restorer restorer, Duration loading, Progress progress) {
    return CleanExit.halting(
        restorer::halt, () -> benchmark.run(restorer, random != null, loading, progress));
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private void checkUsage() {
    requirePositive("--faces", faces);
    if (batch != null) {
      requirePositive("--batch", batch);
    }
    if (photosAtOnce != null) {
      requirePositive("--photos-at-once", photosAtOnce);
    }
    if (random != null && model != null) {
      throw wrong("--random and --model exclude each other");
    }
    if (random == null && precision != null) {
      throw wrong("--precision goes with --random; a model file has its own");
    }
    if (random == null && target != null) {
      throw wrong("--target goes with --random; a model file has its own");
    }
    if (random != null) {
      weights();
    }
    for (Path photo : photos) {
      if (!Files.isRegularFile(photo)) {
        throw wrong("there is no photo at " + photo);
      }
    }
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw wrong(option + " must be 1 or more, not " + value);
    }
  }

  private RandomWeights weights() {
    try {
      return RandomWeights.published(random);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--random: " + e.getMessage(), e);
    }
  }

  private Precision chosenPrecision() {
    return precision == null ? Precision.FP32 : precision;
  }

  private Target chosenTarget() {
    return target == null ? Target.of(chosenPrecision()) : target;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private GpenConfig config() {
    return new LocalConfig(spec)
        .with("gpen.model", model)
        .with("gpen.device", device)
        .with("gpen.batch", batch)
        .with("gpen.stream.in-flight", photosAtOnce)
        .load();
  }

  private Path modelFile(String location) {
    return LocalConfig.modelFile(spec, location);
  }

  private List<BenchPhoto> photos() {
    return photos.isEmpty()
        ? List.of(new BenchPhoto("portrait", portraitJpeg.get()))
        : photos.stream().map(BenchCommand::read).toList();
  }

  private static BenchPhoto read(Path photo) {
    try {
      return new BenchPhoto(photo.toString(), Files.readAllBytes(photo));
    } catch (IOException e) {
      throw new UncheckedIOException(photo + " cannot be read: " + e.getMessage(), e);
    }
  }

  private Progress progress(int steps) {
    return LocalConfig.progress(spec, steps);
  }
}
