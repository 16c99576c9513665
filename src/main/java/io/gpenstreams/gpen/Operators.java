package io.gpenstreams.gpen;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.model.Precision;
import java.util.List;
import java.util.Map;

/**
 * Writes the operators that GPEN is made of. Large tensors have the graph's precision ("arithmetic"
 * below); those that hold one number per channel are always float32.
 */
final class Operators {
  /**
   * What GPEN multiplies its leaky ReLU with. Since the function is positively homogeneous, the
   * factor goes into the weights and biases before it and costs nothing.
   */
  static final double GAIN = Math.sqrt(2);

  private static final float SLOPE = 0.2f;

  private final OnnxGraph graph;
  private final Precision precision;

  Operators(OnnxGraph graph, Precision precision) {
    this.graph = graph;
    this.precision = precision;
  }

  /** Whether the arithmetic's range and resolution are narrower than float32's. */
  boolean isHalf() {
    return precision == Precision.FP16;
  }

  /** A constant for arithmetic. */
  String weight(String name, float[] values, long... shape) {
    return isHalf() ? graph.halfConstant(name, values, shape) : graph.constant(name, values, shape);
  }

  /** A constant for float32 that may be stored at the graph's precision. */
  String vectorWeight(String name, float[] values, long... shape) {
    return toFloat(weight(name, values, shape));
  }

  /** A float32 constant. */
  String exact(String name, float[] values, long... shape) {
    return graph.constant(name, values, shape);
  }

  /** A float32 scalar. */
  String exact(String name, double value) {
    return graph.constant(name, new float[] {(float) value});
  }

  /** A constant of whole numbers. */
  String integers(String name, long... values) {
    return graph.constant(name, values);
  }

  /** From float32 to arithmetic. */
  String toArithmetic(String value) {
    return isHalf() ? cast(value + ".half", value, DataType.FLOAT16) : value;
  }

  /** From arithmetic to float32. */
  String toFloat(String value) {
    return isHalf() ? cast(value + ".float", value, DataType.FLOAT) : value;
  }

  String cast(String output, String value, DataType type) {
    return graph.node("Cast", output, Map.of("to", (long) type.getNumber()), value);
  }

  String node(String operator, String output, String... inputs) {
    return graph.node(operator, output, inputs);
  }

  String node(String operator, String output, Map<String, Object> attributes, String... inputs) {
    return graph.node(operator, output, attributes, inputs);
  }

  List<String> split(List<String> outputs, String value, String sizes) {
    graph.node("Split", outputs, Map.of("axis", 1L), value, sizes);
    return outputs;
  }

  /** {@code x·wᵀ + b} for vectors {@code [N,I]}, weights {@code [O,I]} and bias {@code [O]}. */
  String linear(String output, String value, String weight, String bias) {
    return graph.node("Gemm", output, Map.of("transB", 1L), value, weight, bias);
  }

  /** A convolution whose stride is 1 and whose channels see each other, without bias. */
  String convolve(String output, String value, int padding, String weight) {
    return convolve(output, value, 1, padding, 1, weight);
  }

  /** A convolution of every channel by itself. */
  String convolveChannels(
      String output, String value, int padding, int channels, String... weightAndBias) {
    return convolve(output, value, 1, padding, channels, weightAndBias);
  }

  /** A convolution with the same padding on each side. */
  String convolve(
      String output, String value, int stride, int padding, int groups, String... weightAndBias) {
    return spatial("Conv", output, value, stride, padding, groups, weightAndBias);
  }

  /** A transposed convolution of stride 2. */
  String enlarge(String output, String value, int padding, int groups, String... weightAndBias) {
    return spatial("ConvTranspose", output, value, 2, padding, groups, weightAndBias);
  }

  private String spatial(
      String operator,
      String output,
      String value,
      int stride,
      int padding,
      int groups,
      String... weightAndBias) {
    Map<String, Object> attributes =
        Map.of(
            "group", (long) groups,
            "strides", new long[] {stride, stride},
            "pads", new long[] {padding, padding, padding, padding});
    String[] inputs =
        weightAndBias.length == 1
            ? new String[] {value, weightAndBias[0]}
            : new String[] {value, weightAndBias[0], weightAndBias[1]};
    return graph.node(operator, output, attributes, inputs);
  }

  /** Leaky ReLU; the factor {@link #GAIN} is in its input. */
  String activate(String output, String value) {
    return graph.node("LeakyRelu", output, Map.of("alpha", SLOPE), value);
  }
}
