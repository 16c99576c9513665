package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.ServiceSession;
import io.gpenstreams.model.Target;
import io.gpenstreams.torch.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Styles as large as trained ones in float16. The CPU computes such a graph in float32 between its
 * casts, where nothing overflows; so every value of the graph is made an output here, which ONNX
 * Runtime then has to store as the graph says. What a value overflows to is seen, what happens
 * inside an operator on a GPU is not.
 */
class HalfRangeTest {
  private static final int SIZE = 64;
  private static final float LARGEST_HALF = 65504;
  // Weights and biases of modulation times it just fit float16 themselves.
  private static final double STYLES = 4e4;

  private final float[] face = ModelImages.normalised(ModelImages.waves(1, SIZE), SIZE);

  // The activations' biases spread what styles are multiplied onto.
  private static Tensors tensors(Target target) {
    return ChangedTensors.scaled(
        SmallGenerator.weights(),
        name -> {
          if (name.contains(".modulation.")) {
            return STYLES;
          }
          // An image beyond float16 is none, and the graph for GPUs keeps it in that.
          boolean ofImage = name.contains("to_rgb") && name.endsWith(".conv.weight");
          if (ofImage && target == Target.GPU) {
            return 1 / STYLES;
          }
          return name.endsWith("activate.bias") ? 30 : 1;
        });
  }

  @Test
  void nothingOverflows() throws Exception {
    Map<String, Float> whole = largest(onnx(Precision.FP32), OnnxJavaType.FLOAT);
    Map<String, Float> halves = largest(onnx(Precision.FP16), OnnxJavaType.FLOAT16);

    // What styles are multiplied onto leaves float16's range, at every resolution, if nothing is
    // done about it.
    for (int level = 1; level < 4; level++) {
      assertThat(whole)
          .hasEntrySatisfying(
              "generator.convs." + (2 * level + 1) + ".restored.styled", this::isBeyondHalf);
      assertThat(halves).containsKey("generator.convs." + (2 * level + 1) + ".restored.styled");
    }
    assertThat(halves).hasSizeGreaterThan(100);
    assertThat(halves)
        .allSatisfy((name, value) -> assertThat(value).isLessThanOrEqualTo(LARGEST_HALF));
  }

  @Test
  void nothingOverflowsOnAGpu() throws Exception {
    Map<String, Float> halves =
        largest(GpuGraphTest.ofOneImage(tensors(Target.GPU), Precision.FP16), OnnxJavaType.FLOAT16);
    assertThat(halves).hasSizeGreaterThan(80).containsKey("generator.convs.7.input");
    assertThat(halves)
        .allSatisfy((name, value) -> assertThat(value).isLessThanOrEqualTo(LARGEST_HALF));
  }

  /** What the results of such a channel are to be multiplied with is beyond float16. */
  @ParameterizedTest
  @ValueSource(floats = {1e-4f, 1e-7f, 1e-12f, 1e-20f, 0})
  void channelsOfNearlyZeroWeightsDoNotOverflow(float factor) throws Exception {
    Tensors tensors = ChangedTensors.withThinChannels(SmallGenerator.weights(), factor);
    for (byte[] onnx :
        List.of(onnx(tensors, Precision.FP16), GpuGraphTest.ofOneImage(tensors, Precision.FP16))) {
      assertThat(largest(onnx, OnnxJavaType.FLOAT16))
          .hasSizeGreaterThan(80)
          .allSatisfy((name, value) -> assertThat(value).isLessThanOrEqualTo(LARGEST_HALF));
    }
  }

  @Test
  void theImageIsRight() throws Exception {
    assertSame(onnx(Precision.FP16), onnx(Precision.FP32));
  }

  @Test
  void theImageIsRightOnAGpu() throws Exception {
    Tensors tensors = tensors(Target.GPU);
    assertSame(GpuGraphTest.ofOneImage(tensors, Precision.FP16), onnx(tensors, Precision.FP32));
  }

  private void assertSame(byte[] actual, byte[] expected) throws Exception {
    try (GraphSession half = new GraphSession(actual);
        GraphSession whole = new GraphSession(expected)) {
      assertThat(ModelImages.relativeError(half.run(face, SIZE), whole.run(face, SIZE)))
          .isLessThan(5e-3);
    }
  }

  private void isBeyondHalf(float value) {
    assertThat(value).isFinite().isGreaterThan(LARGEST_HALF);
  }

  /** The largest magnitude in each value of a type; NaN counts as infinite. */
  private Map<String, Float> largest(byte[] onnx, OnnxJavaType type) throws Exception {
    OrtEnvironment environment = ServiceSession.environment();
    Map<String, Float> largest = new HashMap<>();
    long[] shape = {1, 3, SIZE, SIZE};
    try (OrtSession session = environment.createSession(watched(onnx));
        OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(face), shape);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      for (Map.Entry<String, OnnxValue> output : result) {
        OnnxTensor value = (OnnxTensor) output.getValue();
        if (value.getInfo().type == type) {
          largest.put(output.getKey(), largest(value.getFloatBuffer()));
        }
      }
    }
    return largest;
  }

  private static float largest(FloatBuffer values) {
    float largest = 0;
    while (values.hasRemaining()) {
      float value = Math.abs(values.get());
      largest = Math.max(largest, Float.isNaN(value) ? Float.POSITIVE_INFINITY : value);
    }
    return largest;
  }

  /** Protobuf messages that follow each other are one. */
  private static byte[] watched(byte[] onnx) throws IOException {
    GraphProto.Builder outputs = GraphProto.newBuilder();
    for (NodeProto node : Nodes.of(onnx)) {
      for (String output : node.getOutputList()) {
        if (!output.equals("output")) {
          outputs.addOutput(ValueInfoProto.newBuilder().setName(output));
        }
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(onnx);
    bytes.writeBytes(ModelProto.newBuilder().setGraph(outputs).build().toByteArray());
    return bytes.toByteArray();
  }

  private static byte[] onnx(Precision precision) throws IOException {
    return onnx(tensors(Target.CPU), precision);
  }

  private static byte[] onnx(Tensors tensors, Precision precision) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GpenGraph.of(tensors, Layout.FLOAT, precision, Target.CPU).writeTo(bytes, "0".repeat(64));
    return bytes.toByteArray();
  }
}
