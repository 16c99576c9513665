package io.gpenstreams.cli.bench;

import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.config.Version;
import io.gpenstreams.event.Stage;
import io.gpenstreams.model.Restorer;
import io.gpenstreams.restore.PhotoRestorer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Measures a model alone and in the pipeline. They take turns in one process, so that whatever else
 * the machine does slows both down alike.
 */
public final class Benchmark {
  private static final int FIRST_RUNS = 2;

  // So many that filling and emptying the pipeline is not most of what is measured.
  private static final int PHOTOS_PER_PLACE = 2;

  private final GpenConfig config;
  private final Function<String, Path> files;
  private final Plan plan;

  /**
   * A benchmark.
   *
   * @param config the service's own
   * @param files the file that a model or detector setting names
   */
  public Benchmark(GpenConfig config, Function<String, Path> files, Plan plan) {
    this.config = config;
    this.files = files;
    this.plan = plan;
  }

  /**
   * What to measure.
   *
   * @param faces least number to restore with either, in the steady state
   * @param photosAtOnce in the pipeline at the same time
   */
  public record Plan(List<BenchPhoto> photos, int faces, int photosAtOnce) {
    /** Copies the photos. */
    public Plan {
      photos = List.copyOf(photos);
    }

    /** Steps of a benchmark's progress, nearly. */
    public int steps() {
      return FIRST_RUNS + photos.size() + faces;
    }
  }

  /**
   * Measures.
   *
   * @param restorer taken over
   * @param loading how long it took to load, its first face included
   * @throws IllegalArgumentException if there is a photo without a face to restore
   */
  public BenchReport run(
      Restorer restorer, boolean randomWeights, Duration loading, Progress progress) {
    ExecutorService threads = Executors.newFixedThreadPool(plan.photosAtOnce());
    try (PhotoRestorer photos = PhotoRestorer.open(config, files, restorer);
        BareModel bare = new BareModel(restorer, photos.load().batch())) {
      Measurement measured =
          new Measurement(
              bare, restorer.firstFace(), new Pipeline(photos, config), threads, progress);
      measured.run();
      Speed ofModel = measured.ofModel.speed();
      Speed ofPipeline = measured.ofPipeline.speed();
      return new BenchReport(
          Version.current(),
          restorer.info(),
          randomWeights,
          restorer.device().label(),
          restorer.device().provider(),
          Runtime.getRuntime().availableProcessors(),
          bare.batch(),
          plan.photosAtOnce(),
          Series.rounded(Series.millis(loading.minus(restorer.firstFace()))),
          ofModel,
          ofPipeline,
          Series.rounded(ofModel.meanMillisPerFace() / ofPipeline.meanMillisPerFace()),
          measured.stages(),
          PeakMemory.bytes());
    } finally {
      threads.shutdown();
    }
  }

  /** The state of one run. */
  private final class Measurement {
    private final BareModel bare;
    private final Pipeline pipeline;
    private final ExecutorService threads;
    private final Progress progress;
    private final Series ofModel;
    private final Series ofPipeline;
    private final Map<Stage, Duration> stages = new EnumMap<>(Stage.class);
    private Duration timeAlone = Duration.ZERO;
    private int facesAlone;
    private int photosTaken;

    /** Does the first runs. */
    Measurement(
        BareModel bare,
        Duration firstFace,
        Pipeline pipeline,
        ExecutorService threads,
        Progress progress) {
      this.bare = bare;
      this.pipeline = pipeline;
      this.threads = threads;
      this.progress = progress;
      progress.now("warming up");
      // A single face the model has restored already, when it was loaded.
      this.ofModel = new Series(bare.batch() == 1 ? firstFace : bare.restore());
      progress.step();
      this.ofPipeline = new Series(pipeline.restore(plan.photos().get(0)).time());
      progress.step();
    }

    void run() {
      bare.restore();
      // Each photo once, whatever is measured later, so that one without a face is found now.
      for (BenchPhoto photo : plan.photos()) {
        pipeline.restore(photo);
        progress.step();
      }
      progress.now("measuring");
      while (ofPipeline.faces() < plan.faces()) {
        throughPipeline();
        while (ofModel.faces() < ofPipeline.faces()) {
          ofModel.add(bare.restore(), bare.batch());
          for (int i = 0; i < bare.batch(); i++) {
            progress.step();
          }
        }
      }
    }

    /** Restores some photos. */
    private void throughPipeline() {
      if (plan.photosAtOnce() == 1) {
        Pipeline.Pass pass = alone();
        ofPipeline.add(pass.time(), pass.faces());
        return;
      }
      // While others are under way, a photo's stages are slowed down by theirs.
      alone();
      List<BenchPhoto> photos =
          IntStream.range(0, PHOTOS_PER_PLACE * plan.photosAtOnce())
              .mapToObj(i -> nextPhoto())
              .toList();
      long begin = System.nanoTime();
      List<CompletableFuture<Pipeline.Pass>> passes =
          photos.stream()
              .map(photo -> CompletableFuture.supplyAsync(() -> pipeline.restore(photo), threads))
              .toList();
      int faces = passes.stream().map(Measurement::await).mapToInt(Pipeline.Pass::faces).sum();
      ofPipeline.add(Duration.ofNanos(System.nanoTime() - begin), faces);
    }

    private Pipeline.Pass alone() {
      Pipeline.Pass pass = pipeline.restore(nextPhoto());
      facesAlone += pass.faces();
      timeAlone = timeAlone.plus(pass.time());
      pass.stages().forEach((stage, spent) -> stages.merge(stage, spent, Duration::plus));
      return pass;
    }

    private BenchPhoto nextPhoto() {
      return plan.photos().get(photosTaken++ % plan.photos().size());
    }

    private static Pipeline.Pass await(CompletableFuture<Pipeline.Pass> pass) {
      try {
        return pass.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException failure ? failure : e;
      }
    }

    Map<String, Double> stages() {
      Map<String, Double> millis = new LinkedHashMap<>();
      Duration rest = timeAlone;
      for (Stage stage : Pipeline.STAGES) {
        millis.put(stage.wireName(), perFace(stages.get(stage)));
        rest = rest.minus(stages.get(stage));
      }
      millis.put("other", perFace(rest));
      return millis;
    }

    private double perFace(Duration time) {
      return Series.rounded(Series.millis(time) / facesAlone);
    }
  }
}
