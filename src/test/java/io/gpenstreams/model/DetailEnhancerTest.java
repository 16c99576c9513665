package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpenstreams.image.Pixels;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetailEnhancerTest {

  @ParameterizedTest
  @ValueSource(ints = {64, 256, 2048})
  void theFileIsTheSameEveryTime(int size) {
    assertThat(DetailEnhancer.onnx(size)).isEqualTo(DetailEnhancer.onnx(size));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 256})
  void doesWhatItsFormulaSays(int size) {
    try (Restorer restorer = Restorer.builtin(size, Device.cpu());
        Mat noise = Pixels.noise(size, size, size);
        Mat waves = Pixels.waves(size, size);
        Mat edge = Pixels.of(size, size, (x, y, channel) -> x < size / 3 ? 5 : 250)) {
      for (Mat input : new Mat[] {noise, waves, edge}) {
        try (Mat output = OneFace.restored(restorer, input)) {
          assertThat(output.rows()).isEqualTo(size);
          assertFormula(input, output, size);
        }
      }
    }
  }

  private static void assertFormula(Mat input, Mat output, int size) {
    int cells = size / 64;
    double[][] luma = new double[size][size];
    double[][] means = new double[cells][cells];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        luma[y][x] =
            0.299 * Pixels.level(input, x, y, 0)
                + 0.587 * Pixels.level(input, x, y, 1)
                + 0.114 * Pixels.level(input, x, y, 2);
        means[y / 64][x / 64] += luma[y][x] / (64 * 64);
      }
    }
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double base = between(means, (x + 0.5) / 64 - 0.5, (y + 0.5) / 64 - 0.5);
        double change = Math.max(-12, Math.min(12, 0.06 * (luma[y][x] - base)));
        for (int channel = 0; channel < 3; channel++) {
          double expected = Math.max(0, Math.min(255, Pixels.level(input, x, y, channel) + change));
          assertThat((double) Pixels.level(output, x, y, channel))
              .isCloseTo(expected, within(0.51));
        }
      }
    }
  }

  private static double between(double[][] means, double x, double y) {
    int last = means.length - 1;
    double u = Math.max(0, Math.min(last, x));
    double v = Math.max(0, Math.min(last, y));
    int left = Math.min(last, (int) u);
    int top = Math.min(last, (int) v);
    int right = Math.min(last, left + 1);
    int bottom = Math.min(last, top + 1);
    double above = means[top][left] + (u - left) * (means[top][right] - means[top][left]);
    double below = means[bottom][left] + (u - left) * (means[bottom][right] - means[bottom][left]);
    return above + (v - top) * (below - above);
  }

  @Test
  void takesAnyNumberOfFaces() throws OrtException {
    byte[][] faces = new byte[3][64 * 64 * 3];
    for (int i = 0; i < 3; i++) {
      try (Mat noise = Pixels.noise(64, 64, i)) {
        noise.<ByteBuffer>createBuffer().get(faces[i]);
      }
    }
    // DJL wants to be the one who makes ONNX Runtime's environment, or never starts again.
    Engine.getEngine("OnnxRuntime");
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession session =
        environment.createSession(DetailEnhancer.onnx(64), new OrtSession.SessionOptions())) {
      byte[] together = run(environment, session, faces);
      for (int i = 0; i < 3; i++) {
        assertThat(Arrays.copyOfRange(together, i * faces[i].length, (i + 1) * faces[i].length))
            .isEqualTo(run(environment, session, faces[i]));
      }
    }
  }

  private static byte[] run(OrtEnvironment environment, OrtSession session, byte[]... faces)
      throws OrtException {
    ByteBuffer pixels = ByteBuffer.allocateDirect(faces.length * faces[0].length);
    for (byte[] face : faces) {
      pixels.put(face);
    }
    long[] shape = {faces.length, 64, 64, 3};
    try (OnnxTensorLike input =
            OnnxTensor.createTensor(
                environment, pixels.rewind(), shape, ai.onnxruntime.OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      byte[] output = new byte[pixels.capacity()];
      ((OnnxTensor) result.get(0)).getByteBuffer().get(output);
      return output;
    }
  }
}
