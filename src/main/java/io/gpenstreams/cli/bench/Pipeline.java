package io.gpenstreams.cli.bench;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.ImageUploaded.Options;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.restore.PhotoRestorer;
import io.gpenstreams.restore.RestoreSettings;
import io.gpenstreams.restore.ResultSink;
import io.gpenstreams.restore.StageClock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The way of a photo from its bytes to the results' bytes, with the service's own settings, but
 * without the network. Uses a restorer that another owns; safe for any number of threads.
 */
final class Pipeline {
  /** The stages without the network. */
  static final List<Stage> STAGES =
      List.of(Stage.DECODE, Stage.DETECT, Stage.RESTORE, Stage.BLEND, Stage.ENCODE);

  private final PhotoRestorer restorer;
  private final RestoreSettings settings;
  private final Duration limit;

  Pipeline(PhotoRestorer restorer, GpenConfig config) {
    this.restorer = restorer;
    this.settings = RestoreSettings.of(config, new Options(null, null, null, null, null));
    this.limit = Duration.ofSeconds(config.limits().seconds());
  }

  /**
   * A photo that is done.
   *
   * @param faces restored
   * @param stages time in each of {@link #STAGES}
   */
  record Pass(int faces, Duration time, Map<Stage, Duration> stages) {}

  /**
   * Restores a photo.
   *
   * @throws IllegalArgumentException if no face in it is to be restored
   */
  Pass restore(BenchPhoto photo) {
    long begin = System.nanoTime();
    StageClock clock = new StageClock(limit);
    RestoredImage result =
        restorer.restore(
            new PhotoRestorer.Request(photo.name(), "bench", photo.name()),
            photo.file(),
            settings,
            new Nowhere(),
            clock);
    Duration time = Duration.ofNanos(System.nanoTime() - begin);
    if (result.restored() == null) {
      throw new IllegalArgumentException(
          "Nothing to measure: %s is left unchanged (%s), choose another with --photo"
              .formatted(photo.name(), result.reason()));
    }
    int faces =
        (int) result.faces().stream().filter(f -> f.outcome() == FaceOutcome.RESTORED).count();
    Map<Stage, Duration> stages = new EnumMap<>(Stage.class);
    STAGES.forEach(stage -> stages.put(stage, clock.spent(stage)));
    return new Pass(faces, time, stages);
  }

  /** Wants everything that the service stores, and drops it. */
  private static final class Nowhere implements ResultSink {
    @Override
    public boolean wants(Kind kind) {
      return true;
    }

    @Override
    public StoredObject store(Kind kind, String name, byte[] bytes, String contentType) {
      return new StoredObject("bench", name);
    }
  }
}
