package io.gpenstreams.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.image.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RestorerTest {
  private static final int SIZE = 64;

  @TempDir private Path folder;

  @Test
  void theBuiltInModelSaysWhatItIs() {
    try (Restorer restorer = Restorer.builtin(SIZE, Device.CPU)) {
      ModelInfo info = restorer.info();
      assertThat(info.name()).isEqualTo("builtin-detail");
      assertThat(info.sha256()).isEqualTo(DigestUtils.sha256Hex(DetailEnhancer.onnx(SIZE)));
      assertThat(info.size()).isEqualTo(SIZE);
      assertThat(info.precision()).isEqualTo("fp32");
      assertThat(info.layout()).isEqualTo(ModelInfo.Layout.UINT8);
      assertThat(info.generative()).isFalse();
      assertThat(restorer.device()).isEqualTo(Device.CPU);
    }
  }

  @Test
  void takesOtherToolsModelsAndDoubtsThem() throws IOException {
    Path file = write("gpen-export.onnx", OnnxModels.floats("Identity", SIZE, Map.of()));
    try (Restorer restorer = Restorer.open(file, Device.CPU);
        Mat input = Pixels.noise(SIZE, SIZE, 1);
        Mat output = restorer.restore(input)) {
      ModelInfo info = restorer.info();
      assertThat(info.name()).isEqualTo("gpen-export");
      assertThat(info.generative()).isTrue();
      assertThat(info.layout()).isEqualTo(ModelInfo.Layout.FLOAT);
      assertThat(info.sha256()).isEqualTo(DigestUtils.sha256Hex(Files.readAllBytes(file)));
      // Every level survives the way to −1…1 and back.
      assertThat(Pixels.largestDifference(input, output)).isZero();
    }
  }

  @Test
  void givesFloatsTheirSignAndTheirOrder() throws IOException {
    Path file = write("negative.onnx", OnnxModels.floats("Neg", SIZE, Map.of()));
    try (Restorer restorer = Restorer.open(file, Device.CPU);
        Mat input = Pixels.noise(SIZE, SIZE, 2);
        Mat output = restorer.restore(input);
        Mat expected =
            Pixels.of(SIZE, SIZE, (x, y, channel) -> 255 - Pixels.level(input, x, y, channel))) {
      assertThat(Pixels.largestDifference(output, expected)).isZero();
    }
  }

  @Test
  void clipsWhatAModelGivesBeyondItsRange() throws IOException {
    // e to the power of x is 0.37…2.72, of which only −1…1 are levels.
    Path file = write("exp.onnx", OnnxModels.floats("Exp", SIZE, Map.of()));
    try (Restorer restorer = Restorer.open(file, Device.CPU);
        Mat input = Pixels.of(SIZE, SIZE, (x, y, channel) -> 4 * x);
        Mat output = restorer.restore(input)) {
      for (int x = 0; x < SIZE; x++) {
        double level = (Math.exp(4 * x / 127.5 - 1) + 1) * 127.5;
        assertThat(Pixels.level(output, x, 3, 0)).isEqualTo((int) Math.min(255, Math.round(level)));
      }
    }
  }

  @Test
  void makesBlackOfNotANumber() throws IOException {
    // The logarithm of a negative number is none, and that of 0 is −∞.
    Path file = write("log.onnx", OnnxModels.floats("Log", SIZE, Map.of()));
    try (Restorer restorer = Restorer.open(file, Device.CPU);
        Mat input = Pixels.of(SIZE, SIZE, (x, y, channel) -> 20);
        Mat output = restorer.restore(input)) {
      assertThat(Pixels.level(output, 5, 5, 1)).isZero();
    }
  }

  @Test
  void believesMetadataThatFit() throws IOException {
    Map<String, String> metadata =
        Map.of(
            ModelInfo.NAME, "quiet",
            ModelInfo.SIZE, "64",
            ModelInfo.PRECISION, "fp16",
            ModelInfo.GENERATIVE, "false");
    Path file = write("x.onnx", OnnxModels.floats("Identity", SIZE, metadata));
    try (Restorer restorer = Restorer.open(file, Device.CPU)) {
      assertThat(restorer.info().name()).isEqualTo("quiet");
      assertThat(restorer.info().precision()).isEqualTo("fp16");
      assertThat(restorer.info().generative()).isFalse();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void refusesByNameAndTrouble(String trouble, byte[] bytes) throws IOException {
    Path file = write("broken.onnx", bytes);

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(file, Device.CPU).close())
        .withMessageContaining(file.toString())
        .withMessageContaining(trouble)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(500));
  }

  static Stream<Arguments> unusable() {
    byte[] whole = DetailEnhancer.onnx(SIZE);
    DataType f = DataType.FLOAT;
    DataType u = DataType.UINT8;
    Map<String, String> none = Map.of();
    return Stream.of(
        Arguments.of("is no ONNX file", "Dear diary, this is no model".getBytes(UTF_8)),
        Arguments.of("is no ONNX file", new byte[0]),
        Arguments.of("is no ONNX file", Arrays.copyOf(whole, whole.length / 2)),
        Arguments.of("is no ONNX file", Arrays.copyOf(whole, whole.length - 1)),
        Arguments.of("2 inputs and 1 outputs", OnnxModels.twoInputs(SIZE)),
        Arguments.of("its input is x: float[3,64,64]", OnnxModels.of("Neg", f, f, none, 3, 64, 64)),
        Arguments.of(
            "its input is x: float[1,4,64,64]", OnnxModels.of("Neg", f, f, none, 1, 4, 64, 64)),
        Arguments.of(
            "its input is x: float[8,3,64,64]", OnnxModels.of("Neg", f, f, none, 8, 3, 64, 64)),
        Arguments.of(
            "its input is x: float[1,3,64,32]", OnnxModels.of("Neg", f, f, none, 1, 3, 64, 32)),
        Arguments.of(
            "its input is x: uint8[1,3,64,64]", OnnxModels.of("Cast", u, u, none, 1, 3, 64, 64)),
        Arguments.of(
            "its input is x: double[1,3,64,64]",
            OnnxModels.of("Neg", DataType.DOUBLE, DataType.DOUBLE, none, 1, 3, 64, 64)),
        Arguments.of("its side is 100 pixels", OnnxModels.floats("Neg", 100, none)),
        Arguments.of("its side is -1 pixels", OnnxModels.floats("Neg", -1, none)),
        Arguments.of("into y: float[N,64,64,3]", OnnxModels.of("Cast", u, f, none, -1, 64, 64, 3)),
        Arguments.of(
            "says gpen.size=128, but takes 64",
            OnnxModels.floats("Neg", SIZE, Map.of(ModelInfo.SIZE, "128"))),
        Arguments.of(
            "cannot be loaded by ONNX Runtime", OnnxModels.floats("Nonsense", SIZE, none)));
  }

  @Test
  void refusesWhatIsNoFile() {
    Path missing = folder.resolve("missing.onnx");

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(missing, Device.CPU).close())
        .withMessage("Model %s does not exist", missing);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(folder, Device.CPU).close())
        .withMessageStartingWith("Model %s cannot be read", folder);
  }

  @Test
  void refusesAModelThatLiesAboutItsOutput() {
    try (Restorer restorer = FailingModel.open(folder);
        Mat input64 = Pixels.noise(SIZE, SIZE, 3)) {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> restorer.restore(input64).close())
          .withMessage("Model liar gave (1, 1, 64, 192) and not (1, 3, 64, 64)");
    }
  }

  @Test
  void asksForCropsOfItsOwnSize() {
    try (Restorer restorer = Restorer.builtin(SIZE, Device.CPU);
        Mat large = Pixels.noise(2 * SIZE, SIZE, 1);
        Mat grey = Pixels.grey(SIZE, SIZE, (x, y, channel) -> 1)) {
      assertThatIllegalArgumentException().isThrownBy(() -> restorer.restore(large).close());
      assertThatIllegalArgumentException().isThrownBy(() -> restorer.restore(grey).close());
    }
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
