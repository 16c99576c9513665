package io.gpenstreams.gpen;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.platform.Fp16Conversions;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.model.Precision;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Writes the operators that GPEN is made of. Large tensors have the graph's precision ("arithmetic"
 * below); those that hold one number per channel are always float32.
 */
final class Operators {
  /**
   * The factor of GPEN's leaky ReLU. It is applied to the weights and biases before the function,
   * where it costs nothing: the function is positively homogeneous.
   */
  static final double GAIN = Math.sqrt(2);

  /** The slope of the leaky ReLU for negative values. */
  static final float SLOPE = 0.2f;

  static final float LARGEST_HALF = 65504;

  private static final float NO_EPSILON = 0;

  private final OnnxGraph graph;
  private final OnnxGraph constants;
  private final Precision precision;
  private final Set<String> written = new HashSet<>();

  Operators(OnnxGraph graph, Precision precision) {
    this(graph, graph, precision);
  }

  /**
   * Writes into the body of a graph.
   *
   * @param constants the graph around the body, which computes the constants
   */
  Operators(OnnxGraph body, OnnxGraph constants, Precision precision) {
    this.graph = body;
    this.constants = constants;
    this.precision = precision;
  }

  /** Whether the arithmetic is float16. */
  boolean isHalf() {
    return precision == Precision.FP16;
  }

  /** A value that is written on first use. */
  String once(String output, UnaryOperator<String> writing) {
    return written.add(output) ? writing.apply(output) : output;
  }

  /** A constant for arithmetic. The same name gives the same constant. */
  String weight(String name, Supplier<float[]> values, long... shape) {
    return written.add(name) ? weight(name, values.get(), shape) : name;
  }

  /** A constant for arithmetic. */
  String weight(String name, float[] values, long... shape) {
    return isHalf() ? graph.halfConstant(name, values, shape) : graph.constant(name, values, shape);
  }

  /** A constant for float32 that may be stored at the graph's precision. */
  String vectorWeight(String name, float[] values, long... shape) {
    String weight = weight(name, values, shape);
    return isHalf() ? cast(constants, weight + ".float", weight, DataType.FLOAT) : weight;
  }

  /** A number, rounded to the precision of arithmetic. */
  float rounded(float value) {
    return isHalf() ? Fp16Conversions.fp16ToFloat(Fp16Conversions.floatToFp16(value)) : value;
  }

  /** A float32 constant. The same name gives the same constant. */
  String exact(String name, Supplier<float[]> values, long... shape) {
    return written.add(name) ? exact(name, values.get(), shape) : name;
  }

  /** A float32 constant. */
  String exact(String name, float[] values, long... shape) {
    return graph.constant(name, values, shape);
  }

  /** A float32 scalar. */
  String exact(String name, double value) {
    return exact(name, () -> new float[] {(float) value});
  }

  /** A constant of integers. The same name gives the same constant. */
  String integers(String name, long... values) {
    return written.add(name) ? graph.constant(name, values) : name;
  }

  /** From float32 to arithmetic. */
  String toArithmetic(String value) {
    return isHalf() ? cast(value + ".half", value, DataType.FLOAT16) : value;
  }

  /** From float32 to arithmetic, under a name of its own. */
  String toArithmetic(String output, String value) {
    return isHalf() ? cast(output, value, DataType.FLOAT16) : node("Identity", output, value);
  }

  /** From arithmetic to float32. */
  String toFloat(String value) {
    return isHalf() ? cast(value + ".float", value, DataType.FLOAT) : value;
  }

  String cast(String output, String value, DataType type) {
    return cast(graph, output, value, type);
  }

  private static String cast(OnnxGraph graph, String output, String value, DataType type) {
    return graph.node("Cast", output, Map.of("to", (long) type.getNumber()), value);
  }

  String node(String operator, String output, String... inputs) {
    return graph.node(operator, output, inputs);
  }

  String node(String operator, String output, Map<String, Object> attributes, String... inputs) {
    return graph.node(operator, output, attributes, inputs);
  }

  List<String> split(List<String> outputs, String value, long axis, String sizes) {
    graph.node("Split", outputs, Map.of("axis", axis), value, sizes);
    return outputs;
  }

  /** {@code x·wᵀ + b} for vectors {@code [N,I]}, weights {@code [O,I]} and bias {@code [O]}. */
  String linear(String output, String value, String weight, String bias) {
    return graph.node("Gemm", output, Map.of("transB", 1L), value, weight, bias);
  }

  /** Some rows of {@code [N,C,H,W]}. The same name gives the same value. */
  String rows(String output, String value, int from, int to) {
    return written.add(output)
        ? graph.node(
            "Slice",
            output,
            value,
            integers(output + ".from", from),
            integers(output + ".to", to),
            integers(output + ".axis", 2))
        : output;
  }

  /** Some numbers of {@code [1,C]}. On a GPU this costs less than a split into uneven parts. */
  String part(String output, String value, int from, int to) {
    return graph.node(
        "Slice",
        output,
        value,
        integers(output + ".from", from),
        integers(output + ".to", to),
        integers(output + ".axis", 1));
  }

  /** Joins values along the rows. */
  String joinRows(String output, List<String> values) {
    return written.add(output) ? join(output, 2, values) : output;
  }

  /** Joins values along an axis. */
  String join(String output, long axis, List<String> values) {
    return graph.node("Concat", output, Map.of("axis", axis), values.toArray(String[]::new));
  }

  /** A convolution. */
  String convolve(String output, String value, Window window, String... weightAndBias) {
    return spatial("Conv", output, value, window, weightAndBias);
  }

  /** A transposed convolution. */
  String enlarge(String output, String value, Window window, String... weightAndBias) {
    return spatial("ConvTranspose", output, value, window, weightAndBias);
  }

  /**
   * How a kernel moves over an image.
   *
   * @param top rows of zeros above it
   * @param bottom rows of zeros below it
   * @param sides columns of zeros left and right of it
   * @param groups the number of groups of channels
   */
  record Window(int stride, int top, int bottom, int sides, int groups) {
    long[] pads() {
      return new long[] {top, sides, bottom, sides};
    }
  }

  private String spatial(
      String operator, String output, String value, Window window, String... weightAndBias) {
    Map<String, Object> attributes =
        Map.of(
            "group",
            (long) window.groups(),
            "strides",
            new long[] {window.stride(), window.stride()},
            "pads",
            window.pads());
    String[] inputs = new String[1 + weightAndBias.length];
    inputs[0] = value;
    System.arraycopy(weightAndBias, 0, inputs, 1, weightAndBias.length);
    return graph.node(operator, output, attributes, inputs);
  }

  /** The mean of each 2×2 pixels, padding included. */
  String average(String output, String value, int top, int bottom, int sides) {
    return graph.node(
        "AveragePool",
        output,
        Map.of(
            "kernel_shape",
            new long[] {2, 2},
            "pads",
            new long[] {top, sides, bottom, sides},
            "count_include_pad",
            1L),
        value);
  }

  /** From {@code [N,C,H,W]} to {@code [N,H,W,C]}. */
  String channelsLast(String output, String value) {
    return graph.node("Transpose", output, Map.of("perm", new long[] {0, 2, 3, 1}), value);
  }

  /**
   * {@code x·scale + shift} with a scale and a shift of {@code [C]}, in one pass instead of two.
   */
  String affine(String output, String value, String scale, String shift, int channels) {
    return graph.node(
        "BatchNormalization",
        output,
        Map.of("epsilon", NO_EPSILON),
        value,
        scale,
        shift,
        weight("mean_%d".formatted(channels), () -> new float[channels], channels),
        weight("variance_%d".formatted(channels), () -> Weights.repeated(1, channels), channels));
  }

  /** Leaky ReLU. Its input includes the factor {@link #GAIN}. */
  String activate(String output, String value) {
    return graph.node("LeakyRelu", output, Map.of("alpha", SLOPE), value);
  }
}
