package io.gpenstreams.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.gpenstreams.companion.ImportedModels;
import io.gpenstreams.model.CompanionModel;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.ModelKind;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaceParserTest {
  private static final int SIDE = FaceParser.SIDE;
  private static final int RADIUS = 50;
  private static final int BORDER = 26;
  private static final double SIGMA = 4;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "10, 1", "13, 1", "14, 0", "17, 1", "18, 0", "19, 0", "255, 0"})
  void theHeadIsKeptWithoutHatsAndClothes(int kind, float kept) {
    try (Mat classes = new Mat(SIDE, SIDE, CV_8UC1, new Scalar(kind));
        Mat weights = FaceParser.weights(classes)) {
      FloatBuffer values = weights.createBuffer();
      assertThat(values.get(SIDE / 2 * SIDE + SIDE / 2)).isEqualTo(kept, within(1e-5f));
      assertThat(values.get(0)).isLessThan(1e-6f);
      if (kept == 1) {
        // Where what is kept begins, half of it is left.
        float inside = values.get(SIDE / 2 * SIDE + BORDER);
        float outside = values.get(SIDE / 2 * SIDE + BORDER - 1);
        assertThat(inside + outside).isEqualTo(1, within(1e-4f));
        assertThat(inside).isGreaterThan(outside);
      }
    }
  }

  /** The official post-processing, pixel by pixel. */
  @Test
  void theWeightsAreTheOfficialOnes() {
    Random random = new Random(3);
    byte[] classes = new byte[SIDE * SIDE];
    for (int i = 0; i < classes.length; i++) {
      int block = i / SIDE / 16 * 32 + i % SIDE / 16;
      random.setSeed(block);
      classes[i] = (byte) random.nextInt(19);
    }
    double[] expected = new double[classes.length];
    for (int i = 0; i < classes.length; i++) {
      int x = i % SIDE;
      int y = i / SIDE;
      boolean inside = Math.min(x, y) >= BORDER && Math.max(x, y) < SIDE - BORDER;
      boolean kept = classes[i] != 0 && classes[i] != 14 && classes[i] != 18;
      expected[i] = inside && kept ? 1 : 0;
    }
    expected = blurred(transposed(blurred(transposed(expected))));
    expected = blurred(transposed(blurred(transposed(expected))));
    try (Mat given = new Mat(SIDE, SIDE, CV_8UC1)) {
      given.<ByteBuffer>createBuffer().put(classes);
      try (Mat weights = FaceParser.weights(given)) {
        FloatBuffer values = weights.createBuffer();
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) values.get(i)).isEqualTo(expected[i], within(1e-5));
        }
      }
    }
  }

  private static double[] blurred(double[] rows) {
    double[] kernel = new double[2 * RADIUS + 1];
    double sum = 0;
    for (int i = -RADIUS; i <= RADIUS; i++) {
      kernel[i + RADIUS] = Math.exp(-i * i / (2 * SIGMA * SIGMA));
      sum += kernel[i + RADIUS];
    }
    double[] blurred = new double[rows.length];
    for (int at = 0; at < rows.length; at++) {
      for (int i = -RADIUS; i <= RADIUS; i++) {
        int x = Math.abs(at % SIDE + i);
        x = x < SIDE ? x : 2 * (SIDE - 1) - x;
        blurred[at] += kernel[i + RADIUS] / sum * rows[at / SIDE * SIDE + x];
      }
    }
    return blurred;
  }

  private static double[] transposed(double[] values) {
    double[] transposed = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      transposed[i % SIDE * SIDE + i / SIDE] = values[i];
    }
    return transposed;
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 500, 512, 2048})
  void aCropOfAnySizeGetsItsMask(int size) throws Exception {
    try (FaceParser parser =
            FaceParser.open(ImportedModels.write("parsenet", folder), Device.cpu());
        Mat crop = noise(size);
        Mat mask = parser.mask(crop)) {
      assertThat(parser.info().name()).isEqualTo("parsenet");
      assertThat(mask.type()).isEqualTo(CV_32FC1);
      assertThat(mask.cols()).isEqualTo(size);
      assertThat(mask.rows()).isEqualTo(size);
      FloatBuffer values = mask.createBuffer();
      float highest = 0;
      while (values.hasRemaining()) {
        float value = values.get();
        assertThat(value).isBetween(0f, 1.0001f);
        highest = Math.max(highest, value);
      }
      assertThat(highest).isPositive();
    }
  }

  /** At the model's own size nothing is resized. */
  @Test
  void theMaskIsOfTheModelsClasses() throws Exception {
    Path file = ImportedModels.write("parsenet", folder);
    try (FaceParser parser = FaceParser.open(file, Device.cpu());
        CompanionModel model = CompanionModel.open(file, ModelKind.PARSER, Device.cpu());
        Mat crop = noise(SIDE);
        Mat mask = parser.mask(crop);
        Mat classes = new Mat(SIDE, SIDE, CV_8UC1)) {
      byte[] given = model.run(crop, outputs -> outputs.bytes("mask", 1, SIDE, SIDE));
      classes.<ByteBuffer>createBuffer().put(given);
      try (Mat expected = FaceParser.weights(classes)) {
        assertThat(mask.<FloatBuffer>createBuffer())
            .isEqualByComparingTo(expected.<FloatBuffer>createBuffer());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retinaface-mnet", "realesrnet-x2"})
  void otherModelsAreRefused(String name) throws Exception {
    Path file = ImportedModels.write(name, folder);
    assertThatThrownBy(() -> FaceParser.open(file, Device.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("model and no parser: it belongs to gpen.");
  }

  private static Mat noise(int size) {
    byte[] pixels = new byte[3 * size * size];
    new Random(size).nextBytes(pixels);
    Mat crop = new Mat(size, size, CV_8UC3);
    crop.<ByteBuffer>createBuffer().put(pixels);
    return crop;
  }
}
