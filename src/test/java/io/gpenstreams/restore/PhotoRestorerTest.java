package io.gpenstreams.restore;

import static io.gpenstreams.restore.FixedDetector.face;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Outcome;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.face.CascadeDetector;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.Photo;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.image.PhotoMetadata;
import io.gpenstreams.image.Pixels;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.FailingModel;
import io.gpenstreams.model.Restorer;
import io.gpenstreams.restore.ResultSink.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.codec.digest.DigestUtils;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PhotoRestorerTest {
  private static final int MODEL_SIZE = 256;
  private static final PhotoRestorer.Request REQUEST =
      new PhotoRestorer.Request("id", "photos", "2026/a photo.png");
  private static final PhotoRestorer.Bounds BOUNDS = new PhotoRestorer.Bounds(1, 2, 1 << 30);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final RestoreSettings SETTINGS = new SettingsBuilder().build();
  private static final DetectedFace SURE = face(20, 10, 120, 0.9);
  private static final DetectedFace OTHER = face(160, 60, 100, 0.6);

  private final EventJson json = new EventJson();
  private final byte[] photo = photo(ImageFormat.PNG);

  @Test
  void reportsAllThatTheEventPromises() {
    RecordingSink sink = new RecordingSink();
    RestoredImage result;
    try (PhotoRestorer restorer = restorer(SURE, OTHER)) {
      result = restorer.restore(REQUEST, photo, SETTINGS, sink, new StageClock(LIMIT));
    }

    assertThat(json.readRestored(json.write(result))).isEqualTo(result);
    assertThat(result).hasNoNullFieldsOrPropertiesExcept("reason");
    assertThat(result.imageId()).isEqualTo("id");
    assertThat(result.outcome()).isEqualTo(Outcome.RESTORED);
    assertThat(result.source())
        .isEqualTo(
            new RestoredImage.Source(
                "photos", "2026/a photo.png", DigestUtils.sha256Hex(photo), 300, 200));
    byte[] file = sink.files().get(result.restored().sha256() + ".png");
    assertThat(result.restored())
        .isEqualTo(
            new RestoredImage.Restored(
                "restored",
                "id/" + DigestUtils.sha256Hex(file) + ".png",
                "image/png",
                file.length,
                DigestUtils.sha256Hex(file),
                600,
                400,
                2));
    assertThat(result.model().name()).isEqualTo("builtin-detail");
    assertThat(result.model().generative()).isFalse();
    assertThat(result.runtime().replica()).isEqualTo("test-0");
    assertThat(result.provenance().digitalSourceType())
        .hasToString("http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced");
    assertThat(sink.files()).hasSize(4);
    assertThat(result.faces()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      Face face = result.faces().get(i);
      assertThat(face).hasNoNullFieldsOrPropertiesExcept("reason");
      assertThat(face.index()).isEqualTo(i);
      assertThat(face.outcome()).isEqualTo(FaceOutcome.RESTORED);
      assertThat(face.crop().key()).startsWith("id/face-" + i + "-");
      assertThat(sink.file(face.crop())).isNotEmpty();
      assertThat(face.restoration().upsampling()).isGreaterThanOrEqualTo(1);
    }
    assertThat(timed(result)).isLessThanOrEqualTo(result.timings().totalMs());
  }

  @Test
  void aPhotoIsAsTrustworthyAsItsWorstFace() {
    RestoredImage result = restore(SETTINGS, SURE, OTHER, face(190, 90, 60, 0.35));

    List<Double> confidences =
        result.faces().stream().map(face -> face.restoration().confidence()).toList();
    List<Double> scores =
        result.faces().stream().map(face -> face.hallucination().score()).toList();
    assertThat(confidences).doesNotHaveDuplicates();
    assertThat(result.confidence()).isEqualTo(confidences.stream().min(Double::compare).get());
    assertThat(result.hallucination().score())
        .isEqualTo(scores.stream().max(Double::compare).get());
  }

  @Test
  void theFilesAreWhatTheyAreSaidToBe() {
    RecordingSink sink = new RecordingSink();
    RestoredImage result;
    try (PhotoRestorer restorer = restorer(SURE)) {
      result = restorer.restore(REQUEST, photo, SETTINGS, sink, new StageClock(LIMIT));
    }
    PhotoDecoder decoder = new PhotoDecoder(10);
    try (Photo restored = decoder.decode(sink.files().get(result.restored().sha256() + ".png"));
        Photo crop = decoder.decode(sink.file(result.faces().get(0).crop()));
        Photo map = decoder.decode(sink.file(result.hallucination().map()))) {
      assertThat(restored.width()).isEqualTo(600);
      assertThat(crop.width()).isEqualTo(MODEL_SIZE);
      assertThat(crop.height()).isEqualTo(MODEL_SIZE);
      assertThat(map.width()).isEqualTo(300);
      assertThat(map.height()).isEqualTo(200);
      assertThat(map.alpha()).isNotNull();
    }
  }

  @Test
  void leavesAPhotoWithoutAFaceUnchanged() {
    RecordingSink sink = new RecordingSink();
    try (PhotoRestorer restorer = restorer()) {
      RestoredImage result =
          restorer.restore(REQUEST, photo, SETTINGS, sink, new StageClock(LIMIT));

      assertThat(json.readRestored(json.write(result))).isEqualTo(result);
      assertThat(result.outcome()).isEqualTo(Outcome.UNCHANGED);
      assertThat(result.reason()).isEqualTo("no-face");
      assertThat(result.restored()).isNull();
    }
    assertThat(sink.files()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SkipReason.class)
  void saysWhyEachFaceWasSkipped(SkipReason reason) {
    RestoreSettings settings =
        switch (reason) {
          case LOW_DETECTION_CONFIDENCE -> settings(100, 16, 0.95, 2000);
          case TOO_SMALL -> settings(100, 60, 0.3, 2000);
          case ALREADY_SHARP -> settings(100, 16, 0.3, 20);
          case OVER_MAX_FACES -> settings(0, 16, 0.3, 2000);
        };

    RestoredImage result = restore(settings, SURE, OTHER);

    assertThat(json.readRestored(json.write(result))).isEqualTo(result);
    assertThat(result.outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(result.reason()).isEqualTo("all-faces-skipped");
    assertThat(result.faces())
        .hasSize(2)
        .allSatisfy(
            face -> {
              assertThat(face.outcome()).isEqualTo(FaceOutcome.SKIPPED);
              assertThat(face.reason()).isEqualTo(reason);
              assertThat(face.restoration()).isNull();
              assertThat(face.crop()).isNull();
            });
  }

  @Test
  void restoresTheSurestFacesUpToTheLimit() {
    RestoredImage result = restore(settings(1, 16, 0.3, 2000), SURE, OTHER);

    assertThat(json.readRestored(json.write(result))).isEqualTo(result);
    assertThat(result.faces())
        .extracting(Face::reason)
        .containsExactly(null, SkipReason.OVER_MAX_FACES);
  }

  @Test
  void makesOnlyWhatIsWanted() {
    RecordingSink sink = new RecordingSink(EnumSet.of(Kind.PHOTO));
    try (PhotoRestorer restorer = restorer(SURE)) {
      RestoredImage result =
          restorer.restore(REQUEST, photo, SETTINGS, sink, new StageClock(LIMIT));

      assertThat(sink.files()).hasSize(1);
      assertThat(result.hallucination().map()).isNull();
      assertThat(result.faces().get(0).crop()).isNull();
      assertThat(json.readRestored(json.write(result))).isEqualTo(result);
    }
  }

  @Test
  void storesFacesAsJpegIfTold() {
    RecordingSink sink = new RecordingSink();
    RestoreSettings settings =
        new SettingsBuilder()
            .scale(1)
            .maxOutputPixels(1_000_000)
            .faceFormat(ImageFormat.JPEG)
            .build();
    try (PhotoRestorer restorer = restorer(SURE)) {
      RestoredImage result =
          restorer.restore(REQUEST, photo, settings, sink, new StageClock(LIMIT));

      StoredObject crop = result.faces().get(0).crop();
      assertThat(crop.key()).endsWith(".jpg");
      try (Photo face = new PhotoDecoder(50).decode(sink.file(crop))) {
        assertThat(face.format()).isEqualTo(ImageFormat.JPEG);
        assertThat(face.width()).isEqualTo(restorer.model().size());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 100000000, 4", "4, 960000, 4", "4, 959999, 2", "2, 239999, 1", "1, 1, 1"})
  void lowersTheScaleToFitTheLimit(int wanted, long maxPixels, int scale) {
    RestoreSettings settings =
        new SettingsBuilder().scale(wanted).maxOutputPixels(maxPixels).build();

    RestoredImage result = restore(settings, SURE);

    assertThat(result.restored().scale()).isEqualTo(scale);
    assertThat(result.restored().width()).isEqualTo(300 * scale);
  }

  @Test
  void lowersTheScaleToWhatTheFormatHolds() {
    byte[] wide;
    try (Photo strip =
        new Photo(ImageFormat.WEBP, Pixels.waves(8200, 40), null, PhotoMetadata.NONE)) {
      wide = new PhotoEncoder(80).encode(strip, ImageFormat.WEBP);
    }
    RestoreSettings settings = new SettingsBuilder().scale(4).maxFaces(9).build();
    try (PhotoRestorer restorer = restorer(face(0, 0, 60, 0.9))) {
      RestoredImage result =
          restorer.restore(REQUEST, wide, settings, new RecordingSink(), new StageClock(LIMIT));

      assertThat(result.restored().scale()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void writesTheFormatThatIsAskedFor(ImageFormat format) {
    RestoreSettings settings =
        new SettingsBuilder()
            .scale(1)
            .maxOutputPixels(1_000_000)
            .format(format)
            .maxFaces(9)
            .build();

    RestoredImage result = restore(settings, SURE);

    assertThat(result.restored().contentType()).isEqualTo(format.contentType());
    assertThat(result.restored().key()).endsWith("." + format.extension());
  }

  @Test
  void keepsTheFormatOfThePhoto() {
    for (ImageFormat format : ImageFormat.values()) {
      try (PhotoRestorer restorer = restorer(SURE)) {
        RestoredImage result =
            restorer.restore(
                REQUEST, photo(format), SETTINGS, new RecordingSink(), new StageClock(LIMIT));
        assertThat(result.restored().contentType()).isEqualTo(format.contentType());
      }
    }
  }

  @Test
  void changesNothingAtAllWithoutWeight() {
    RestoreSettings settings =
        new SettingsBuilder().scale(1).maxOutputPixels(1_000_000).blend(0).maxFaces(9).build();
    RecordingSink sink = new RecordingSink();
    try (PhotoRestorer restorer = restorer(SURE)) {
      RestoredImage result =
          restorer.restore(REQUEST, photo, settings, sink, new StageClock(LIMIT));
      PhotoDecoder decoder = new PhotoDecoder(10);
      try (Photo before = decoder.decode(photo);
          Photo after = decoder.decode(sink.files().get(result.restored().sha256() + ".png"))) {
        assertThat(Pixels.largestDifference(before.pixels(), after.pixels())).isZero();
      }
    }
  }

  @Test
  void givesTheSameBytesForTheSamePhotoFromAnyThread()
      throws ExecutionException, InterruptedException {
    RecordingSink first = new RecordingSink();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (PhotoRestorer restorer = restorer(SURE, OTHER)) {
      RestoredImage expected =
          timeless(restorer.restore(REQUEST, photo, SETTINGS, first, new StageClock(LIMIT)));
      List<Future<RecordingSink>> others = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        others.add(
            threads.submit(
                () -> {
                  RecordingSink sink = new RecordingSink();
                  assertThat(
                          timeless(
                              restorer.restore(
                                  REQUEST, photo, SETTINGS, sink, new StageClock(LIMIT))))
                      .isEqualTo(expected);
                  return sink;
                }));
      }
      for (Future<RecordingSink> other : others) {
        assertThat(other.get().files()).containsExactlyEntriesOf(first.files());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void restoresAPortraitFromDetectionToReport() throws IOException {
    byte[] portrait = new Degradation(7).apply(new Portrait(7).draw());
    try (PhotoRestorer restorer =
        new PhotoRestorer(
            new CascadeDetector(),
            Restorer.builtin(MODEL_SIZE, Device.cpu()),
            new PhotoDecoder(10),
            new PhotoEncoder(92),
            BOUNDS,
            "test-0")) {
      RestoredImage result =
          restorer.restore(REQUEST, portrait, SETTINGS, new RecordingSink(), new StageClock(LIMIT));

      assertThat(json.readRestored(json.write(result))).isEqualTo(result);
      assertThat(result.faces()).hasSize(1);
      assertThat(result.hallucination().score()).isLessThan(0.1);
      assertThat(result.confidence()).isBetween(0.4, 1.0);
    }
  }

  @Test
  void stopsWhenItsTimeIsOver() {
    try (PhotoRestorer restorer = restorer(SURE)) {
      RestorationException failure =
          failure(restorer, photo, new RecordingSink(), new StageClock(Duration.ofNanos(-1)));

      assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(failure.stage()).isEqualTo(Stage.DECODE);
    }
  }

  @Test
  void saysThatTheModelFailed(@TempDir Path folder) {
    try (PhotoRestorer restorer =
        new PhotoRestorer(
            new FixedDetector(SURE),
            FailingModel.open(folder),
            new PhotoDecoder(10),
            new PhotoEncoder(92),
            BOUNDS,
            "test-0")) {
      RestorationException failure =
          failure(restorer, photo, new RecordingSink(), new StageClock(LIMIT));

      assertThat(failure.code()).isEqualTo(ErrorCode.MODEL_FAILED);
      assertThat(failure)
          .hasRootCauseMessage("Model liar gave NaN for a face, which is no picture");
      assertThat(failure.stage()).isEqualTo(Stage.RESTORE);
    }
  }

  @Test
  void handsTheSinksFailureOn() {
    RestorationException down =
        new RestorationException(ErrorCode.STORAGE_UNAVAILABLE, Stage.STORE, "S3 is down");
    ResultSink sink =
        new ResultSink() {
          @Override
          public boolean wants(Kind kind) {
            return true;
          }

          @Override
          public RestoredImage.StoredObject store(
              Kind kind, String name, byte[] bytes, String contentType) {
            throw down;
          }
        };
    try (PhotoRestorer restorer = restorer(SURE)) {
      assertThat(failure(restorer, photo, sink, new StageClock(LIMIT))).isSameAs(down);
    }
  }

  @Test
  void refusesWhatIsNoPhoto() {
    try (PhotoRestorer restorer = restorer(SURE)) {
      byte[] text = "Dear diary".getBytes(StandardCharsets.UTF_8);

      assertThat(failure(restorer, text, new RecordingSink(), new StageClock(LIMIT)).code())
          .isEqualTo(ErrorCode.UNSUPPORTED_FORMAT);
    }
  }

  private static RestorationException failure(
      PhotoRestorer restorer, byte[] file, ResultSink sink, StageClock clock) {
    return catchThrowableOfType(
        RestorationException.class, () -> restorer.restore(REQUEST, file, SETTINGS, sink, clock));
  }

  private RestoredImage restore(RestoreSettings settings, DetectedFace... faces) {
    try (PhotoRestorer restorer = restorer(faces)) {
      return restorer.restore(REQUEST, photo, settings, new RecordingSink(), new StageClock(LIMIT));
    }
  }

  private static PhotoRestorer restorer(DetectedFace... faces) {
    return new PhotoRestorer(
        new FixedDetector(faces),
        Restorer.builtin(MODEL_SIZE, Device.cpu()),
        new PhotoDecoder(10),
        new PhotoEncoder(92),
        BOUNDS,
        "test-0");
  }

  private static RestoreSettings settings(
      int maxFaces, int minSize, double minConfidence, int sharpnessGate) {
    return new SettingsBuilder()
        .maxFaces(maxFaces)
        .minFaceSize(minSize)
        .minDetectionConfidence(minConfidence)
        .sharpnessGate(sharpnessGate)
        .build();
  }

  private static long timed(RestoredImage result) {
    RestoredImage.Timings t = result.timings();
    return t.fetchMs()
        + t.decodeMs()
        + t.detectMs()
        + t.restoreMs()
        + t.blendMs()
        + t.encodeMs()
        + t.storeMs();
  }

  private static RestoredImage timeless(RestoredImage result) {
    return new RestoredImage(
        result.imageId(),
        result.outcome(),
        result.reason(),
        result.source(),
        result.restored(),
        result.confidence(),
        result.hallucination(),
        result.faces(),
        result.facesOmitted(),
        result.model(),
        result.runtime(),
        null,
        result.provenance(),
        Instant.EPOCH);
  }

  /** Waves on the left, grain on the right. */
  private static byte[] photo(ImageFormat format) {
    try (Mat grain = Pixels.noise(300, 200, 3);
        Mat waves = Pixels.waves(300, 200);
        Photo photo =
            new Photo(
                format,
                Pixels.of(
                    300,
                    200,
                    (x, y, channel) ->
                        Pixels.level(waves, x, y, channel)
                            + (Pixels.level(grain, x, y, channel) - 128) * x / 3000.0),
                null,
                PhotoMetadata.NONE)) {
      return new PhotoEncoder(92).encode(photo, format);
    }
  }
}
