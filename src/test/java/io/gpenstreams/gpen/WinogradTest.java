package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.ServiceSession;
import io.gpenstreams.model.Target;
import io.gpenstreams.torch.Tensors;
import java.io.ByteArrayOutputStream;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WinogradTest {
  private static final int IMAGES = 2;
  private static final int IN = 128;
  private static final int OUT = 64;
  private static final int SIZE = 32;
  private static final int KERNEL = 3;

  private final float[] weight = noise(OUT * IN * KERNEL * KERNEL, 1);
  private final float[] images = noise(IMAGES * IN * SIZE * SIZE, 2);

  /** As a whole, and in bands with an upper and a lower edge and with none. */
  @ParameterizedTest
  @ValueSource(ints = {SIZE, 16, 8, 4})
  void isTheConvolution(int rowsOfBand) throws OrtException {
    assertThat(ModelImages.relativeError(convolved(rowsOfBand), plain())).isLessThanOrEqualTo(3e-6);
  }

  @ParameterizedTest
  @CsvSource({
    "128, 64, 32, true",
    "128, 64, 512, true",
    "127, 64, 32, false",
    "128, 63, 32, false",
    "128, 64, 16, false",
    "128, 64, 1024, false",
  })
  void isUsedWhereItPays(int in, int out, int size, boolean pays) {
    assertThat(Winograd.pays(in, out, size)).isEqualTo(pays);
  }

  /** The only resolution with enough pixels and channels is the one of 32. */
  @Test
  void aGeneratorWithItIsTheGenerator() throws Exception {
    Tensors tensors = new RandomWeights(new Architecture(List.of(8, 8, 8, OUT, 4)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GpenGraph.of(tensors, Layout.FLOAT, Precision.FP32, Target.CPU).writeTo(bytes, "0".repeat(64));
    assertThat(Nodes.of(bytes.toByteArray()))
        .filteredOn(node -> node.getName().endsWith(".products"))
        .extracting(NodeProto::getName, NodeProto::getOpType)
        .containsExactly(tuple("generator.convs.5.products", "MatMul"));
    float[] face = ModelImages.normalised(ModelImages.waves(1, 64), 64);
    try (GraphSession session = new GraphSession(bytes.toByteArray())) {
      assertThat(ModelImages.relativeError(session.run(face, 64), plain(tensors, face)))
          .isLessThan(5e-6);
    }
  }

  private static float[] plain(Tensors tensors, float[] face) {
    PlainGpen.Plane plane = new PlainGpen.Plane(3, 64);
    for (int i = 0; i < face.length; i++) {
      plane.values[i] = face[i];
    }
    return floats(new PlainGpen(tensors).restore(plane).values);
  }

  private float[] convolved(int rowsOfBand) throws OrtException {
    OrtEnvironment environment = ServiceSession.environment();
    long[] shape = {IMAGES, IN, SIZE, SIZE};
    try (OrtSession session = environment.createSession(onnx(rowsOfBand));
        OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), shape);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[output.remaining()];
      output.get(values);
      return values;
    }
  }

  private byte[] onnx(int rowsOfBand) {
    OnnxGraph graph = new OnnxGraph("convolution");
    Operators operators = new Operators(graph, Precision.FP32);
    Winograd winograd = new Winograd(operators);
    Bands input =
        Bands.whole(graph.input("input", DataType.FLOAT, OnnxGraph.DYNAMIC, IN, SIZE, SIZE), SIZE);
    List<String> parts =
        Rows.bands(rowsOfBand, SIZE).stream()
            .map(
                rows ->
                    winograd.convolve(
                        "layer",
                        input.window(operators, rows.widened(1, 1)),
                        () -> weight.clone(),
                        IN,
                        OUT,
                        rows))
            .toList();
    graph.output(
        operators.join("output", 2, parts), DataType.FLOAT, OnnxGraph.DYNAMIC, OUT, SIZE, SIZE);
    return graph.toBytes(Map.of());
  }

  private float[] plain() {
    double[] sums = new double[IMAGES * OUT * SIZE * SIZE];
    for (int image = 0; image < IMAGES; image++) {
      for (int o = 0; o < OUT; o++) {
        for (int i = 0; i < IN; i++) {
          add(sums, image * OUT + o, image * IN + i, (o * IN + i) * KERNEL * KERNEL);
        }
      }
    }
    return floats(sums);
  }

  private void add(double[] sums, int out, int in, int kernel) {
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        double sum = 0;
        for (int v = Math.max(0, 1 - y); v < Math.min(KERNEL, SIZE + 1 - y); v++) {
          for (int u = Math.max(0, 1 - x); u < Math.min(KERNEL, SIZE + 1 - x); u++) {
            sum +=
                (double) weight[kernel + v * KERNEL + u]
                    * images[(in * SIZE + y + v - 1) * SIZE + x + u - 1];
          }
        }
        sums[(out * SIZE + y) * SIZE + x] += sum;
      }
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static float[] noise(int count, int seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
