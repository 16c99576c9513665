package io.gpenstreams.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.SharedData;
import io.gpenstreams.image.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestorerTest {
  private static final int SIZE = 64;

  @TempDir private Path folder;

  @Test
  void theBuiltInModelSaysWhatItIs() {
    try (Restorer restorer = Restorer.builtin(SIZE, Device.cpu())) {
      ModelInfo info = restorer.info();
      assertThat(info.name()).isEqualTo("builtin-detail");
      assertThat(info.sha256()).isEqualTo(DigestUtils.sha256Hex(DetailEnhancer.onnx(SIZE)));
      assertThat(info.size()).isEqualTo(SIZE);
      assertThat(info.precision()).isEqualTo("fp32");
      assertThat(info.layout()).isEqualTo(ModelInfo.Layout.UINT8);
      assertThat(info.generative()).isFalse();
      assertThat(restorer.device()).isEqualTo(Device.cpu());
    }
  }

  @Test
  void takesOtherToolsModelsAndDoubtsThem() throws IOException {
    Path file = write("gpen-export.onnx", OnnxModels.floats("Identity", SIZE, Map.of()));
    try (Restorer restorer = Restorer.open(file, Device.cpu());
        Mat input = Pixels.noise(SIZE, SIZE, 1);
        Mat output = OneFace.restored(restorer, input)) {
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
    try (Restorer restorer = Restorer.open(file, Device.cpu());
        Mat input = Pixels.noise(SIZE, SIZE, 2);
        Mat output = OneFace.restored(restorer, input);
        Mat expected =
            Pixels.of(SIZE, SIZE, (x, y, channel) -> 255 - Pixels.level(input, x, y, channel))) {
      assertThat(Pixels.largestDifference(output, expected)).isZero();
    }
  }

  @Test
  void clipsWhatAModelGivesBeyondItsRange() throws IOException {
    // e to the power of x is 0.37…2.72, of which only −1…1 are levels.
    Path file = write("exp.onnx", OnnxModels.floats("Exp", SIZE, Map.of()));
    try (Restorer restorer = Restorer.open(file, Device.cpu());
        Mat input = Pixels.of(SIZE, SIZE, (x, y, channel) -> 4 * x);
        Mat output = OneFace.restored(restorer, input)) {
      for (int x = 0; x < SIZE; x++) {
        double level = (Math.exp(4 * x / 127.5 - 1) + 1) * 127.5;
        assertThat(Pixels.level(output, x, 3, 0)).isEqualTo((int) Math.min(255, Math.round(level)));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notNumbers")
  void refusesAModelThatGivesNoNumbers(String trouble, byte[] onnx) throws IOException {
    Path file = write("odd.onnx", onnx);

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(file, Device.cpu()).close())
        .withMessage("Model %s %s", file, trouble);
    assertThat(Files.readAllBytes(file)).isEqualTo(onnx);
  }

  static Stream<Arguments> notNumbers() {
    String nan = "gave NaN for a test face, which is no picture";
    return Stream.of(
        // The logarithm of a negative number is none.
        Arguments.of(nan, OnnxModels.floats("Log", SIZE, Map.of())),
        Arguments.of(nan, OnnxModels.floatsPlus(0f, SIZE)),
        Arguments.of(
            "gave Infinity for a test face, which is no picture", OnnxModels.floatsPlus(1f, SIZE)),
        Arguments.of(
            "gave -Infinity for a test face, which is no picture",
            OnnxModels.floatsPlus(-1f, SIZE)),
        Arguments.of(
            "gave nothing but level 0 in a channel of a test face, as NaN and infinity become",
            OnnxModels.bytesPlus(0f, OnnxModels.EVERY_CHANNEL, SIZE)),
        Arguments.of(
            "gave nothing but level 255 in a channel of a test face, as NaN and infinity become",
            OnnxModels.bytesPlus(1f, OnnxModels.EVERY_CHANNEL, SIZE)),
        Arguments.of(
            "gave nothing but level 0 in a channel of a test face, as NaN and infinity become",
            OnnxModels.bytesPlus(-1f, OnnxModels.EVERY_CHANNEL, SIZE)));
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, 1f, -1f})
  void refusesBytesOfNotANumberInASingleChannel(float numerator) throws IOException {
    for (int channel = 0; channel < 3; channel++) {
      Path file = write("odd.onnx", OnnxModels.bytesPlus(numerator, channel, SIZE));

      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> Restorer.open(file, Device.cpu()).close())
          .withMessageContaining("in a channel of a test face");
    }
  }

  @Test
  void failsOnTheFaceForWhichThereIsNoNumber() {
    try (Restorer restorer = FailingModel.open(folder);
        Mat known = TestFace.draw(SIZE);
        Mat other = Pixels.noise(SIZE, SIZE, 4)) {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> OneFace.restored(restorer, other).close())
          .withMessage("Model liar gave NaN for a face, which is no picture");
      try (Mat output = OneFace.restored(restorer, known)) {
        assertThat(Pixels.largestDifference(known, output)).isZero();
      }
    }
  }

  @Test
  void aBlankFaceMayStayBlank() throws IOException {
    DataType u = DataType.UINT8;
    Path file = write("same.onnx", OnnxModels.of("Identity", u, u, Map.of(), 1, SIZE, SIZE, 3));
    try (Restorer restorer = Restorer.open(file, Device.cpu());
        Mat blank = Pixels.of(SIZE, SIZE, (x, y, channel) -> 0);
        // One channel of it is.
        Mat red = Pixels.of(SIZE, SIZE, (x, y, channel) -> channel == 0 ? 4 * x : 7);
        Mat ofBlank = OneFace.restored(restorer, blank);
        Mat ofRed = OneFace.restored(restorer, red)) {
      assertThat(Pixels.largestDifference(blank, ofBlank)).isZero();
      assertThat(Pixels.largestDifference(red, ofRed)).isZero();
      assertThat(restorer.firstFace()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"id2048", "tint"})
  void takesHarmlessModelsOfOthers(String name) {
    Restorer.open(SharedData.file("cases/models/" + name + ".onnx"), Device.cpu()).close();
  }

  @ParameterizedTest
  @CsvSource({
    "badprec, 'says gpen.precision=bogus, expected fp32 or fp16'",
    "noname, 'says gpen.name=, expected 1 to 100 printable characters, not all of them spaces'",
    "nan, 'gave NaN for a test face, which is no picture'",
  })
  void refusesHostileModelsByName(String name, String trouble) {
    Path file = SharedData.file("cases/models/" + name + ".onnx");

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(file, Device.cpu()).close())
        .withMessage("Model %s %s", file, trouble);
  }

  @Test
  void refusesAGraphOfManyLevels() {
    Path file = SharedData.file("cases/models/deep.onnx");

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(file, Device.cpu()).close())
        .withMessage("%s is no ONNX file", file);
  }

  @Test
  void namesAModelAfterItsFileIfEventsCanCarryThat() throws IOException {
    byte[] onnx = OnnxModels.floats("Identity", SIZE, Map.of());
    for (String name : List.of("x".repeat(100), "é ü")) {
      try (Restorer restorer = Restorer.open(write(name + ".onnx", onnx), Device.cpu())) {
        assertThat(restorer.info().name()).isEqualTo(name);
      }
    }
    for (String name : List.of("x".repeat(101), "", " ", "a\nb", "a\u202eb")) {
      Path file = write(name + ".onnx", onnx);
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> Restorer.open(file, Device.cpu()).close())
          .withMessageStartingWith("Model ")
          .withMessageContaining("states no gpen.name, and its file's name is none")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "\u202e"));
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
    try (Restorer restorer = Restorer.open(file, Device.cpu())) {
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
        .isThrownBy(() -> Restorer.open(file, Device.cpu()).close())
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
            "says gpen.io=uint8, but takes float",
            OnnxModels.floats("Neg", SIZE, Map.of(ModelInfo.IO, "uint8"))),
        Arguments.of(
            "cannot be loaded by ONNX Runtime", OnnxModels.floats("Nonsense", SIZE, none)));
  }

  @Test
  void refusesWhatIsNoFile() {
    Path missing = folder.resolve("missing.onnx");

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(missing, Device.cpu()).close())
        .withMessage("Model %s does not exist", missing);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(folder, Device.cpu()).close())
        .withMessageStartingWith("Model %s cannot be read", folder);
  }

  @Test
  void refusesAModelThatLiesAboutItsOutput() throws IOException {
    OnnxGraph graph = new OnnxGraph("liar");
    String input = graph.input("x", DataType.FLOAT, 1, 3, SIZE, SIZE);
    String flat = graph.node("Reshape", "y", input, graph.constant("flat", 1, 1, SIZE, 3L * SIZE));
    graph.output(flat, DataType.FLOAT);
    Path file = write("liar.onnx", graph.toBytes(Map.of()));

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Restorer.open(file, Device.cpu()).close())
        .withMessage("Model %s gave (1, 1, 64, 192) and not (1, 3, 64, 64)", file);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("batched")
  void facesOfABatchBecomeWhatTheyDoAlone(String kind, boolean batches, byte[] onnx)
      throws IOException {
    try (Restorer restorer = Restorer.open(write("batch.onnx", onnx), Device.cpu());
        Mat first = Pixels.noise(SIZE, SIZE, 1);
        Mat second = Pixels.noise(SIZE, SIZE, 2);
        Mat third = Pixels.noise(SIZE, SIZE, 3)) {
      assertThat(restorer.batches()).isEqualTo(batches);
      List<Mat> crops = List.of(first, second, third);
      List<Mat> together = pictures(restorer.restore(crops, crops.size()));
      assertThat(together).hasSize(3);
      for (int i = 0; i < 3; i++) {
        try (Mat alone = OneFace.restored(restorer, crops.get(i));
            Mat of = together.get(i)) {
          assertThat(Pixels.largestDifference(of, alone)).isZero();
          assertThat(Pixels.largestDifference(of, crops.get((i + 1) % 3))).isGreaterThan(100);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("batched")
  void placesWithoutAFaceChangeNothing(String kind, boolean batches, byte[] onnx)
      throws IOException {
    try (Restorer restorer = Restorer.open(write("places.onnx", onnx), Device.cpu());
        Mat crop = Pixels.noise(SIZE, SIZE, 1);
        Mat alone = OneFace.restored(restorer, crop)) {
      List<Mat> pictures = pictures(restorer.restore(List.of(crop), 4));
      assertThat(pictures).hasSize(1);
      try (Mat inALargeRun = pictures.get(0)) {
        assertThat(Pixels.largestDifference(inALargeRun, alone)).isZero();
      }
    }
  }

  private static List<Mat> pictures(List<RestoredCrop> faces) {
    List<Mat> pictures = faces.stream().map(RestoredCrop::picture).toList();
    faces.forEach(RestoredCrop::close);
    return pictures;
  }

  static Stream<Arguments> batched() {
    DataType f = DataType.FLOAT;
    DataType u = DataType.UINT8;
    return Stream.of(
        Arguments.of("levels", true, OnnxModels.of("Identity", u, u, Map.of(), -1, SIZE, SIZE, 3)),
        Arguments.of("floats", true, OnnxModels.of("Neg", f, f, Map.of(), -1, 3, SIZE, SIZE)),
        Arguments.of("one at a time", false, OnnxModels.floats("Neg", SIZE, Map.of())));
  }

  @Test
  void aBatchOfTheBuiltInModelIsItsFaces() {
    try (Restorer restorer = Restorer.builtin(SIZE, Device.cpu());
        Mat noise = Pixels.noise(SIZE, SIZE, 1);
        Mat waves = Pixels.waves(SIZE, SIZE)) {
      List<Mat> together = pictures(restorer.restore(List.of(noise, waves), 2));
      try (Mat ofNoise = together.get(0);
          Mat ofWaves = together.get(1);
          Mat noiseAlone = OneFace.restored(restorer, noise);
          Mat wavesAlone = OneFace.restored(restorer, waves)) {
        assertThat(Pixels.largestDifference(ofNoise, noiseAlone)).isZero();
        assertThat(Pixels.largestDifference(ofWaves, wavesAlone)).isZero();
      }
    }
  }

  @Test
  void refusesBatchesThatAreNone() {
    try (Restorer restorer = Restorer.builtin(SIZE, Device.cpu());
        Mat crop = Pixels.noise(SIZE, SIZE, 1);
        Mat large = Pixels.noise(2 * SIZE, SIZE, 1);
        Rect left = new Rect(0, 0, SIZE, SIZE);
        Mat cut = new Mat(large, left)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> restorer.restore(List.of(), 1))
          .withMessage("At least one crop is needed and at most 1, not 0");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> restorer.restore(List.of(crop, crop), 1))
          .withMessage("At least one crop is needed and at most 1, not 2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> restorer.restore(List.of(crop, large), 2))
          .withMessageStartingWith("A crop of 64×64 8-bit RGB is needed");
      // As wide as needed, but its rows are apart in memory.
      assertThatIllegalArgumentException()
          .isThrownBy(() -> restorer.restore(List.of(crop, cut), 2))
          .withMessageEndingWith("in one piece");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> restorer.restore(Collections.nCopies(200_000, crop), 200_000))
          .withMessage("At most 174762 faces of 64×64 fit into one batch, not 200000");
    }
  }

  @Test
  void refusesABatchThatComesBackShort() throws IOException {
    OnnxGraph graph = new OnnxGraph("short");
    String input = graph.input("x", DataType.UINT8, OnnxGraph.DYNAMIC, SIZE, SIZE, 3);
    String first =
        graph.node("Slice", "y", input, graph.constant("from", 0), graph.constant("to", 1));
    graph.output(first, DataType.UINT8, OnnxGraph.DYNAMIC, SIZE, SIZE, 3);
    try (Restorer restorer =
            Restorer.open(write("short.onnx", graph.toBytes(Map.of())), Device.cpu());
        Mat crop = Pixels.noise(SIZE, SIZE, 1)) {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> restorer.restore(List.of(crop, crop), 2))
          .withMessage("Model short gave (1, 64, 64, 3) and not (2, 64, 64, 3)");
    }
  }

  @Test
  void asksForCropsOfItsOwnSize() {
    try (Restorer restorer = Restorer.builtin(SIZE, Device.cpu());
        Mat large = Pixels.noise(2 * SIZE, SIZE, 1);
        Mat grey = Pixels.grey(SIZE, SIZE, (x, y, channel) -> 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OneFace.restored(restorer, large).close());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OneFace.restored(restorer, grey).close());
    }
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
