package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import io.gpenstreams.torch.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The graph for GPUs, which ONNX Runtime computes on the CPU too. */
class GpuGraphTest {
  private static final int SIZE = 64;
  private static final int BLURRED_IN_ONE_PASS = 512;

  // At 512 the blurs are part of the convolutions; below they are not.
  private static final Tensors LARGE =
      new RandomWeights(new Architecture(List.of(4, 3, 4, 3, 4, 3, 4, 3)));

  @Test
  void computesWhatTheGeneratorDoes() throws Exception {
    float[] face = face(SIZE);
    assertThat(
            ModelImages.relativeError(
                run(onnx(SmallGenerator.weights(), Precision.FP32), face, SIZE),
                plain(SmallGenerator.weights(), face)))
        .isLessThan(5e-6);
  }

  @Test
  void onePassWithTheBlurIsTheSameFunction() throws Exception {
    float[] face = face(BLURRED_IN_ONE_PASS);
    assertThat(
            ModelImages.relativeError(
                run(onnx(LARGE, Precision.FP32), face, BLURRED_IN_ONE_PASS),
                run(DirectTranslation.onnx(LARGE), face, BLURRED_IN_ONE_PASS)))
        .isLessThan(1e-5);
  }

  @Test
  void halfPrecisionIsNearIt() throws Exception {
    float[] face = face(BLURRED_IN_ONE_PASS);
    assertThat(
            ModelImages.relativeError(
                run(onnx(LARGE, Precision.FP16), face, BLURRED_IN_ONE_PASS),
                run(onnx(LARGE, Precision.FP32), face, BLURRED_IN_ONE_PASS)))
        .isLessThan(3e-3);
  }

  @Test
  void bytesAreClippedAndRoundedFloats() throws Exception {
    byte[] levels = ModelImages.waves(2, SIZE);
    Tensors tensors = SmallGenerator.weights();
    try (GraphSession bytes =
        new GraphSession(onnx(tensors, Layout.UINT8, Precision.FP32, Target.GPU))) {
      ModelImages.assertRounded(
          bytes.run(levels, SIZE),
          run(onnx(tensors, Precision.FP32), ModelImages.normalised(levels, SIZE), SIZE),
          SIZE);
    }
  }

  /** What a kernel launch or a fallback costs is a matter of which operators there are. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void hasNoneOfWhatSlowsAGpu(Precision precision) throws IOException {
    List<NodeProto> nodes = nodes(onnx(LARGE, precision));
    assertThat(nodes).extracting(NodeProto::getName).noneMatch(name -> name.contains(".rows_"));
    // Weights of convolutions are constants, which plans with channels last need, and no transposed
    // convolution has a bias, with which fused plans fail.
    Set<String> computed =
        nodes.stream().flatMap(node -> node.getOutputList().stream()).collect(Collectors.toSet());
    assertThat(nodes)
        .filteredOn(node -> node.getOpType().startsWith("Conv"))
        .isNotEmpty()
        .noneMatch(node -> computed.contains(node.getInput(1)));
    assertThat(nodes)
        .filteredOn(node -> node.getOpType().equals("ConvTranspose"))
        .isNotEmpty()
        .allMatch(node -> node.getInputCount() == 2);
  }

  /**
   * What the results of such channels are multiplied with is beyond float16, and their weights are
   * below it: 0·∞.
   */
  @ParameterizedTest
  @EnumSource(Target.class)
  void channelsOfNearlyZeroWeightsStayFinite(Target target) throws Exception {
    float[] face = face(SIZE);
    for (float factor : new float[] {1e-4f, 1e-7f, 1e-12f, 1e-20f, 0}) {
      Tensors tensors = ChangedTensors.withThinChannels(SmallGenerator.weights(), factor);
      float[] half = run(onnx(tensors, Layout.FLOAT, Precision.FP16, target), face, SIZE);
      assertThat(ModelImages.relativeError(half, plain(tensors, face)))
          .as("channels times %s", factor)
          .isLessThan(5e-3);
    }
  }

  @Test
  void stylesOfZeroGiveAnImage() throws Exception {
    Tensors tensors =
        ChangedTensors.scaled(
            SmallGenerator.weights(), name -> name.contains("convs.3.conv.modulation") ? 0 : 1);
    float[] face = face(SIZE);
    assertThat(
            ModelImages.relativeError(
                run(onnx(tensors, Precision.FP32), face, SIZE), plain(tensors, face)))
        .isLessThan(5e-6);
  }

  private static List<NodeProto> nodes(byte[] onnx) throws IOException {
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : Nodes.of(onnx)) {
      nodes.add(node);
      node.getAttributeList().forEach(a -> nodes.addAll(a.getG().getNodeList()));
    }
    return nodes;
  }

  private static float[] face(int size) {
    return ModelImages.normalised(ModelImages.waves(1, size), size);
  }

  private static float[] run(byte[] onnx, float[] face, int size) throws Exception {
    try (GraphSession session = new GraphSession(onnx)) {
      return session.run(face, size);
    }
  }

  private static byte[] onnx(Tensors tensors, Precision precision) throws IOException {
    return onnx(tensors, Layout.FLOAT, precision, Target.GPU);
  }

  private static byte[] onnx(Tensors tensors, Layout layout, Precision precision, Target target)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GpenGraph.of(tensors, layout, precision, target).writeTo(bytes, "0".repeat(64));
    return bytes.toByteArray();
  }

  private static float[] plain(Tensors tensors, float[] face) {
    PlainGpen.Plane plane = new PlainGpen.Plane(3, SIZE);
    Arrays.setAll(plane.values, i -> face[i]);
    double[] values = new PlainGpen(tensors).restore(plane).values;
    float[] restored = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      restored[i] = (float) values[i];
    }
    return restored;
  }

  /** Every value of the graph of one image as an output, for tests of what is in between. */
  static byte[] ofOneImage(Tensors tensors, Precision precision) {
    Architecture architecture = Architecture.of(tensors);
    OnnxGraph graph = new OnnxGraph("one");
    Operators operators = new Operators(graph, precision);
    String image = graph.input("input", DataType.FLOAT, 1, 3, SIZE, SIZE);
    String restored =
        new GpuTranslation(architecture, new Weights(tensors), Layout.FLOAT, precision)
            .planes(operators, operators.toArithmetic(image));
    graph.output(
        operators.cast("output", restored, DataType.FLOAT), DataType.FLOAT, 1, 3, SIZE, SIZE);
    return graph.toBytes(Map.of());
  }
}
