package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.gpenstreams.image.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityModelTest {
  private static final int SIDE = IdentityModel.SIDE;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, OnnxGraph.DYNAMIC})
  void tellsHowAlikeTwoFacesAre(long batch) throws IOException {
    try (IdentityModel model = IdentityModel.open(file(IdentityModels.averages(batch, SIDE, 1)));
        Mat waves = Pixels.waves(SIDE, SIDE);
        Mat negative = Pixels.of(SIDE, SIDE, (x, y, c) -> 255 - Pixels.level(waves, x, y, c));
        Mat other = Pixels.of(SIDE, SIDE, (x, y, c) -> Pixels.level(waves, y, SIDE - 1 - x, c))) {
      assertThat(model.similarity(waves, waves)).isCloseTo(1, within(1e-6));
      assertThat(model.similarity(waves, negative)).isCloseTo(-1, within(1e-6));
      assertThat(model.similarity(waves, other)).isBetween(-0.95, 0.95);
    }
  }

  @ParameterizedTest
  @CsvSource({"224, must have one input float", "64, must have one input float"})
  void refusesAnotherInput(int side, String message) throws IOException {
    Path file = file(IdentityModels.averages(1, side, 1));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> IdentityModel.open(file))
        .withMessageContaining(message)
        .withMessageContaining(file.toString());
  }

  @Test
  void refusesWhatGivesNothingUsable() throws IOException {
    Path nothing = file(IdentityModels.averages(1, SIDE, 0));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> IdentityModel.open(nothing))
        .withMessageContaining("gives no finite vector");
    Path infinite = file(IdentityModels.averages(1, SIDE, Float.POSITIVE_INFINITY));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> IdentityModel.open(infinite))
        .withMessageContaining("gives no finite vector");
  }

  @Test
  void refusesAPictureForAVector() throws IOException {
    Path file = file(OnnxModels.floats("Identity", SIDE, Map.of()));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> IdentityModel.open(file))
        .withMessageContaining("gives 37632 numbers for a face");
  }

  @Test
  void refusesWhatIsNoOnnx() throws IOException {
    Path file = file("no model".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> IdentityModel.open(file))
        .withMessageContaining("is no ONNX file");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> IdentityModel.open(folder.resolve("nowhere.onnx")))
        .withMessageContaining("does not exist");
  }

  private Path file(byte[] onnx) throws IOException {
    return Files.write(folder.resolve("identity.onnx"), onnx);
  }
}
