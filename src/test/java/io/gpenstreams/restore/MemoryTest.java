package io.gpenstreams.restore;

import static io.gpenstreams.restore.FixedDetector.face;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.face.CascadeDetector;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.image.PhotoFiles;
import io.gpenstreams.image.Pixels;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.FailingModel;
import io.gpenstreams.model.OneFace;
import io.gpenstreams.model.Restorer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that runs for months may not lose a byte a photo. */
class MemoryTest {
  private static final RestoreSettings SETTINGS =
      new SettingsBuilder().scale(1).maxOutputPixels(9_000_000).minDetectionConfidence(0.1).build();
  private static final PhotoRestorer.Request REQUEST =
      new PhotoRestorer.Request("id", "photos", "key");
  private static final PhotoRestorer.Bounds BOUNDS = new PhotoRestorer.Bounds(1, 2, 1 << 30);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long MEGABYTE = 1 << 20;

  private static byte[] photo;

  @BeforeAll
  static void draw() {
    photo = new Degradation(7).apply(new Portrait(7).draw());
  }

  @Test
  void everyPhotoGivesBackAllThatItTook() {
    try (PhotoRestorer restorer =
        restorer(new CascadeDetector(), Restorer.builtin(64, Device.cpu()))) {
      assertFlat(
          60,
          () ->
              assertThat(
                      restorer
                          .restore(
                              REQUEST, photo, SETTINGS, new RecordingSink(), new StageClock(LIMIT))
                          .restored())
                  .isNotNull());
    }
  }

  @Test
  void everyFailureGivesBackAllThatItTook(@TempDir Path folder) {
    FaceDetector detector = new FixedDetector(face(20, 20, 100, 0.9));
    FaceDetector failing = new NoDetector();
    byte[] huge = PhotoFiles.png(PhotoFiles.header(60_000, 60_000, 8, 2));
    try (PhotoRestorer whole = restorer(detector, Restorer.builtin(64, Device.cpu()));
        PhotoRestorer withoutModel = restorer(detector, FailingModel.open(folder));
        PhotoRestorer withoutDetector = restorer(failing, Restorer.builtin(64, Device.cpu()))) {
      assertFlat(
          30,
          () -> {
            assertFails(whole, Arrays.copyOf(photo, photo.length - 99), new RecordingSink(), LIMIT);
            assertFails(whole, huge, new RecordingSink(), LIMIT);
            assertFails(whole, photo, new RecordingSink(), Duration.ofNanos(-1));
            assertFails(withoutModel, photo, new RecordingSink(), LIMIT);
            assertFails(withoutDetector, photo, new RecordingSink(), LIMIT);
            for (int files = 0; files < 3; files++) {
              assertFails(whole, photo, new FullSink(files), LIMIT);
            }
          });
    }
  }

  @Test
  void theModelGivesBackAllThatItTook() {
    try (Restorer restorer = Restorer.builtin(512, Device.cpu());
        Mat crop = Pixels.noise(512, 512, 1)) {
      assertFlat(150, () -> OneFace.restored(restorer, crop).close());
    }
  }

  @Test
  void closingARestorerGivesEverythingBack() {
    assertFlat(
        5, () -> restorer(new CascadeDetector(), Restorer.builtin(64, Device.cpu())).close());
  }

  private static void assertFlat(int rounds, Runnable round) {
    for (int i = 0; i < 5; i++) {
      round.run();
    }
    System.gc();
    long objects = Pointer.totalCount();
    long bytes = Pointer.totalBytes();
    long physical = Pointer.physicalBytes();
    for (int i = 0; i < rounds; i++) {
      long before = Pointer.totalCount();
      round.run();
      // Within a round no garbage collection comes to the rescue of what nobody closed.
      assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }
    System.gc();
    assertThat(Pointer.totalCount()).isLessThanOrEqualTo(objects);
    assertThat(Pointer.totalBytes()).isLessThanOrEqualTo(bytes);
    // What JavaCPP does not count, ONNX Runtime's tensors among it; the Java heap moves a little.
    assertThat(Pointer.physicalBytes() - physical).isLessThan(100 * MEGABYTE);
  }

  private static void assertFails(
      PhotoRestorer restorer, byte[] file, ResultSink sink, Duration limit) {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> restorer.restore(REQUEST, file, SETTINGS, sink, new StageClock(limit)));
  }

  private static PhotoRestorer restorer(FaceDetector detector, Restorer restorer) {
    return new PhotoRestorer(
        detector, restorer, new PhotoDecoder(10), new PhotoEncoder(92), BOUNDS, "test-0");
  }

  private static final class NoDetector implements FaceDetector {
    @Override
    public List<DetectedFace> detect(Mat pixels) {
      throw new IllegalStateException("no detector today");
    }

    @Override
    public String name() {
      return "none";
    }

    @Override
    public void close() {}
  }

  /** Takes some files and no more. */
  private static final class FullSink implements ResultSink {
    private int free;

    FullSink(int free) {
      this.free = free;
    }

    @Override
    public boolean wants(Kind kind) {
      return true;
    }

    @Override
    public StoredObject store(Kind kind, String name, byte[] bytes, String contentType) {
      if (free-- == 0) {
        throw new RestorationException(ErrorCode.STORAGE_UNAVAILABLE, Stage.STORE, "full");
      }
      return new StoredObject("restored", name);
    }
  }
}
