package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LANCZOS4;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.SharedData;
import io.gpenstreams.companion.ImportedModels;
import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.image.Photo;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a result shows far from its face. */
class BackgroundTest {
  private static final int SCALE = 2;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void isTheEnlargedPhotoAsTheSettingSays() throws IOException {
    try (Photo none = restored(Map.of());
        Photo lanczos = restored(Map.of("gpen.output.background", "lanczos"));
        Mat expectedNone = enlarged(INTER_CUBIC);
        Mat expectedLanczos = enlarged(INTER_LANCZOS4)) {
      assertThat(corner(none.pixels())).isEqualTo(corner(expectedNone));
      assertThat(corner(lanczos.pixels())).isEqualTo(corner(expectedLanczos));
    }
  }

  @Test
  void isWhatTheModelMakesOfThePhoto() throws IOException {
    Path file = ImportedModels.write("realesrnet-x2", folder);
    try (Photo restored =
            restored(
                Map.of(
                    "gpen.output.background", "model", "gpen.background.model", file.toString()));
        BackgroundModel model = BackgroundModel.open(file, Device.cpu());
        Photo photo = photo();
        Mat drawn = enlarged(INTER_CUBIC)) {
      model.draw(photo.pixels(), drawn, SCALE, new StageClock(LIMIT));
      assertThat(corner(restored.pixels())).isEqualTo(corner(drawn));
    }
  }

  @Test
  void aModelThatIsNotNamedIsMissed() {
    assertThatThrownBy(() -> background(Map.of("gpen.output.background", "model")))
        .isInstanceOf(ModelException.class)
        .hasMessage("gpen.output.background=model needs gpen.background.model");
  }

  private static Background background(Map<String, String> settings) {
    GpenConfig config = ConfigLoader.load(settings);
    return Background.open(config, Path::of, Device.cpu());
  }

  /** The right lower corner, which no face reaches. */
  private static byte[] corner(Mat pixels) {
    byte[] corner = new byte[3 * 100 * 100];
    try (Rect place = new Rect(pixels.cols() - 100, pixels.rows() - 100, 100, 100);
        Mat part = new Mat(pixels, place).clone()) {
      part.<ByteBuffer>createBuffer().get(corner);
    }
    return corner;
  }

  private static Photo restored(Map<String, String> settings) throws IOException {
    RecordingSink sink = new RecordingSink();
    Background background = background(settings);
    boolean generative = background.generative();
    try (PhotoRestorer restorer =
        new PhotoRestorer(
            new FixedDetector(FixedDetector.face(20, 20, 128, 0.9)),
            new TestModel(64, TestModel::copies),
            Optional.empty(),
            background,
            new PhotoDecoder(10),
            new PhotoEncoder(92),
            new PhotoRestorer.Bounds(1, 2, 1 << 30),
            "test-0")) {
      RestoredImage result =
          restorer.restore(
              new PhotoRestorer.Request("id", "photos", "key"),
              Files.readAllBytes(SharedData.file("photos/astronaut.png")),
              new SettingsBuilder().scale(SCALE).build(),
              sink,
              new StageClock(LIMIT));
      assertThat(result.provenance().digitalSourceType().toString())
          .endsWith(
              generative ? "compositeWithTrainedAlgorithmicMedia" : "algorithmicallyEnhanced");
      return new PhotoDecoder(10).decode(sink.files().get(result.restored().sha256() + ".png"));
    }
  }

  private static Photo photo() throws IOException {
    return new PhotoDecoder(10).decode(Files.readAllBytes(SharedData.file("photos/astronaut.png")));
  }

  private static Mat enlarged(int interpolation) throws IOException {
    Mat enlarged = new Mat();
    try (Photo photo = photo();
        Size size = new Size(SCALE * photo.width(), SCALE * photo.height())) {
      resize(photo.pixels(), enlarged, size, 0, 0, interpolation);
    }
    return enlarged;
  }
}
