package io.gpenstreams.restore;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.config.PhotosAtOnce;
import io.gpenstreams.event.ImageUploaded.Options;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Stage;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.Photo;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.model.RestoredCrop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

/**
 * Whether the model is ever idle while there is lag: the pipeline around a model that only waits,
 * like a GPU, 10 ms a face, one face at a time; {@code mvn -Pbenchmark test
 * -Dtest=PipelineBenchmark}. The ratio is the pipeline's faces per second over those of the model
 * alone; busy is the share of the time in which the model was running.
 */
class PipelineBenchmark {
  private static final Duration FACE = Duration.ofMillis(10);
  private static final int BARE_FACES = 200;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  private final GpenConfig config = ConfigLoader.load(Map.of());

  @Test
  void aModelThatOnlyWaits() throws Exception {
    System.out.printf(
        "%11s %6s %8s %6s %6s  %s%n",
        "photo", "model", "faces/s", "ratio", "busy", "ms a face, by stage");
    byte[] portrait = new Degradation(7).apply(new Portrait(7).draw());
    for (int modelSize : new int[] {64, 256}) {
      measure(reduced(portrait, 70), modelSize, 500);
    }
    for (int modelSize : new int[] {64, 256, 512}) {
      measure(reduced(portrait, 140), modelSize, 300);
    }
    measure(portrait, 512, 150);
    measure(portrait, 2048, 40);
  }

  private void measure(byte[] file, int modelSize, int photos) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(PhotosAtOnce.of(config));
    TestModel model = new TestModel(modelSize, PipelineBenchmark::wait);
    try (PhotoRestorer restorer = PhotoRestorer.open(config, Path::of, model)) {
      Run run = new Run(restorer, RestoreSettings.of(config, noWishes()), file, threads);
      run.restore(photos / 2);
      run.restore(photos);
      run.print(modelSize, bare(model));
    } finally {
      threads.shutdown();
    }
  }

  private static double bare(TestModel model) {
    int size = model.info().size();
    try (Mat crop = new Mat(size, size, CV_8UC3)) {
      long begin = System.nanoTime();
      for (int i = 0; i < BARE_FACES; i++) {
        model.restore(List.of(crop), 1).forEach(RestoredCrop::close);
      }
      return BARE_FACES * NANOS_PER_SECOND / (System.nanoTime() - begin);
    }
  }

  private static Options noWishes() {
    return new Options(null, null, null, null, null);
  }

  private static List<Mat> wait(List<Mat> crops) {
    long end = System.nanoTime() + FACE.toNanos() * crops.size();
    for (long left = FACE.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return TestModel.copies(crops);
  }

  private static byte[] reduced(byte[] file, int width) {
    try (Photo photo = new PhotoDecoder(10).decode(file);
        Size size = new Size(width, photo.height() * width / photo.width());
        Mat small = new Mat()) {
      opencv_imgproc.resize(photo.pixels(), small, size);
      try (Photo changed = new Photo(photo.format(), new Mat(small), null, photo.metadata())) {
        return new PhotoEncoder(80).encode(changed, ImageFormat.JPEG);
      }
    }
  }

  /** Restores one photo again and again; what is kept is of the last time that it was told to. */
  private static final class Run {
    private final PhotoRestorer restorer;
    private final RestoreSettings settings;
    private final byte[] file;
    private final ExecutorService threads;
    private List<StageClock> clocks;
    private RestoredImage last;
    private int faces;
    private double seconds;
    private double busySeconds;

    Run(PhotoRestorer restorer, RestoreSettings settings, byte[] file, ExecutorService threads) {
      this.restorer = restorer;
      this.settings = settings;
      this.file = file;
      this.threads = threads;
    }

    void restore(int photos) throws Exception {
      clocks = new ArrayList<>();
      faces = 0;
      List<Future<RestoredImage>> results = new ArrayList<>();
      long busy = restorer.load().busy().toNanos();
      long begin = System.nanoTime();
      for (int i = 0; i < photos; i++) {
        StageClock clock = new StageClock(Duration.ofMinutes(10));
        clocks.add(clock);
        results.add(
            threads.submit(
                () ->
                    restorer.restore(
                        new PhotoRestorer.Request("id", "photos", "key"),
                        file,
                        settings,
                        new RecordingSink(),
                        clock)));
      }
      for (Future<RestoredImage> result : results) {
        last = result.get();
        faces += last.faces().size();
      }
      seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
      busySeconds = (restorer.load().busy().toNanos() - busy) / NANOS_PER_SECOND;
    }

    void print(int modelSize, double bare) {
      double speed = faces / seconds;
      System.out.printf(
          "%5d×%-5d %6d %8.1f %6.2f %6.2f ",
          last.source().width(),
          last.source().height(),
          modelSize,
          speed,
          speed / bare,
          busySeconds / seconds);
      for (Stage stage : Stage.values()) {
        long nanos = clocks.stream().mapToLong(clock -> clock.spent(stage).toNanos()).sum();
        if (nanos > 0) {
          System.out.printf(" %s %.1f", stage.wireName(), nanos / NANOS_PER_MILLI / faces);
        }
      }
      System.out.println();
    }
  }
}
