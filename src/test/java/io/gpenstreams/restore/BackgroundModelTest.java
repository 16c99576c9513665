package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.SharedData;
import io.gpenstreams.companion.CompanionFile;
import io.gpenstreams.companion.ImportedModels;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.model.CompanionModel;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.ModelKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackgroundModelTest {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aSmallPhotoIsTheOfficialPicture(int scale) throws Exception {
    String name = "realesrnet-x" + scale;
    float[] official = CompanionFile.floats(name, "output");
    try (BackgroundModel model = model(name);
        Mat photo = picture(CompanionFile.bytes(name, "input"), 45, 62);
        Mat drawn = canvas(photo, scale)) {
      model.draw(photo, drawn, scale, new StageClock(LIMIT));
      ByteBuffer pixels = drawn.createBuffer();
      int places = pixels.remaining() / 3;
      for (int i = 0; i < pixels.remaining(); i++) {
        float value = official[(2 - i % 3) * places + i / 3];
        int expected = Math.round(255 * Math.max(0, Math.min(1, value)));
        assertThat(Math.abs(Byte.toUnsignedInt(pixels.get(i)) - expected)).isLessThanOrEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 128", "2, 2, 64", "4, 4, 32", "2, 1, 64", "4, 2, 32", "2, 4, 64"})
  void tilesCannotBeSeen(int own, int scale, int side) throws Exception {
    try (BackgroundModel model = model("realesrnet-x" + own)) {
      assertTilesCannotBeSeen(model, 203, 150, scale, side);
    }
  }

  private static void assertTilesCannotBeSeen(
      BackgroundModel model, int width, int height, int scale, int side) {
    try (Mat photo = astronaut(width, height);
        Mat whole = canvas(photo, scale);
        Mat tiled = canvas(photo, scale)) {
      model.draw(photo, whole, scale, 1 << 12, new StageClock(LIMIT));
      model.draw(photo, tiled, scale, side, new StageClock(LIMIT));
      assertThat(largestDifference(whole, tiled)).isLessThanOrEqualTo(1);
    }
  }

  /** The last tiles see more of the photo then, so that all are of one size. */
  @ParameterizedTest
  @CsvSource({"1, 203, 150, 64", "1, 260, 199, 32", "2, 203, 150, 32", "4, 121, 95, 16"})
  void tilesOfOneSizeCannotBeSeen(int scale, int width, int height, int side) throws Exception {
    Path file = ImportedModels.write("realesrnet-x" + scale, folder);
    try (BackgroundModel model =
        new BackgroundModel(CompanionModel.open(file, ModelKind.BACKGROUND, Device.cpu()), true)) {
      assertTilesCannotBeSeen(model, width, height, scale, side);
    }
  }

  /** What such a network sees at a tile's border reaches far, but weakly. */
  @Test
  void tilesOfADeepNetworkCannotBeSeen() throws Exception {
    Path file = ImportedModels.writeDeep("realesrnet-x4", 23, folder);
    try (BackgroundModel model = BackgroundModel.open(file, Device.cpu())) {
      assertTilesCannotBeSeen(model, 203, 150, 4, 32);
    }
  }

  @Test
  void aTileIsCutOffWhereThePhotosTimeIsOver() throws Exception {
    AtomicLong nanos = new AtomicLong();
    // Every look at the clock takes a second.
    StageClock clock =
        new StageClock(
            Duration.ofSeconds(7), () -> nanos.addAndGet(Duration.ofSeconds(1).toNanos()));
    try (BackgroundModel model = model("realesrnet-x4");
        Mat photo = astronaut(200, 200);
        Mat drawn = canvas(photo, 4)) {
      assertThatThrownBy(() -> model.draw(photo, drawn, 4, 32, clock))
          .isInstanceOfSatisfying(
              RestorationException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
      // What was not reached is as it was.
      try (Rect last = new Rect(700, 700, 100, 100);
          Mat untouched = new Mat(drawn, last).clone()) {
        assertThat(untouched.<ByteBuffer>createBuffer().get(0)).isZero();
      }
    }
  }

  @Test
  void whatIsHaltedBeginsNoTile() throws Exception {
    try (BackgroundModel model = model("realesrnet-x4");
        Mat photo = astronaut(16, 16);
        Mat drawn = canvas(photo, 4)) {
      model.halt(LIMIT);
      assertThatThrownBy(() -> model.draw(photo, drawn, 4, new StageClock(LIMIT)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("shutting down");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 200", "4, 5", "257, 4"})
  void photosOfFewPixelsAreNoTrouble(int height, int width) throws Exception {
    for (int scale : new int[] {1, 2, 4}) {
      try (BackgroundModel model = model("realesrnet-x" + scale);
          Mat photo = picture(new byte[3 * height * width], height, width);
          Mat drawn = canvas(photo, scale)) {
        model.draw(photo, drawn, scale, new StageClock(LIMIT));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retinaface-mnet", "parsenet"})
  void otherModelsAreRefused(String name) throws Exception {
    Path file = ImportedModels.write(name, folder);
    assertThatThrownBy(() -> BackgroundModel.open(file, Device.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("model and no background: it belongs to gpen.");
  }

  private BackgroundModel model(String name) throws Exception {
    return BackgroundModel.open(ImportedModels.write(name, folder), Device.cpu());
  }

  private static Mat canvas(Mat photo, int scale) {
    return new Mat(scale * photo.rows(), scale * photo.cols(), CV_8UC3, Scalar.all(0));
  }

  private static Mat picture(byte[] rgb, int height, int width) {
    Mat picture = new Mat(height, width, CV_8UC3);
    picture.<ByteBuffer>createBuffer().put(rgb);
    cvtColor(picture, picture, COLOR_RGB2BGR);
    return picture;
  }

  private static Mat astronaut(int width, int height) {
    Mat picture = new Mat();
    try (Mat photo = imread(SharedData.file("photos/astronaut.png").toString());
        Size size = new Size(width, height)) {
      resize(photo, picture, size, 0, 0, INTER_AREA);
    }
    return picture;
  }

  private static int largestDifference(Mat a, Mat b) {
    ByteBuffer ofA = a.createBuffer();
    ByteBuffer ofB = b.createBuffer();
    int largest = 0;
    while (ofA.hasRemaining()) {
      int difference = Byte.toUnsignedInt(ofA.get()) - Byte.toUnsignedInt(ofB.get());
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }
}
