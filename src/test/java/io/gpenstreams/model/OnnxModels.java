package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Small ONNX files. */
final class OnnxModels {
  /** Instead of a channel's number. */
  static final int EVERY_CHANNEL = -1;

  private OnnxModels() {}

  /** One operator from a float {@code [1,3,S,S]} to the same, as other tools export GPEN. */
  static byte[] floats(String operator, int size, Map<String, String> metadata) {
    return of(operator, DataType.FLOAT, DataType.FLOAT, metadata, 1, 3, size, size);
  }

  /** One operator from one type to another, of the same shape. */
  static byte[] of(
      String operator, DataType in, DataType out, Map<String, String> metadata, long... shape) {
    OnnxGraph graph = new OnnxGraph("other tool");
    String input = graph.input("x", in, shape);
    Map<String, Object> attributes =
        operator.equals("Cast") ? Map.of("to", (long) out.getNumber()) : Map.of();
    graph.output(graph.node(operator, "y", attributes, input), out, shape);
    return graph.toBytes(metadata);
  }

  /** A float model that adds {@code numerator / 0}, which is NaN or infinity, to everything. */
  static byte[] floatsPlus(float numerator, int size) {
    OnnxGraph graph = new OnnxGraph("odd");
    String input = graph.input("x", DataType.FLOAT, 1, 3, size, size);
    String sum = graph.node("Add", "y", input, overZero(graph, new float[] {numerator}));
    graph.output(sum, DataType.FLOAT, 1, 3, size, size);
    return graph.toBytes(Map.of());
  }

  /**
   * A model of bytes that adds {@code numerator / 0} on the way, and clips and casts the sum.
   *
   * @param channel the only one to which it is added, or {@link #EVERY_CHANNEL}
   */
  static byte[] bytesPlus(float numerator, int channel, int size) {
    OnnxGraph graph = new OnnxGraph("odd");
    String input = graph.input("x", DataType.UINT8, 1, size, size, 3);
    String levels =
        graph.node("Cast", "levels", Map.of("to", (long) DataType.FLOAT.getNumber()), input);
    String clean = graph.constant("clean", new float[3], 3);
    float[] numerators = new float[3];
    Arrays.fill(numerators, numerator);
    String odd = overZero(graph, numerators);
    String added =
        channel == EVERY_CHANNEL
            ? odd
            : graph.node(
                "Concat",
                "added",
                Map.of("axis", 0L),
                IntStream.range(0, 3)
                    .mapToObj(c -> part(graph, c == channel ? odd : clean, c))
                    .toArray(String[]::new));
    String clipped =
        graph.node(
            "Clip",
            "clipped",
            graph.node("Add", "sum", levels, added),
            graph.constant("least", new float[] {0}),
            graph.constant("most", new float[] {255}));
    graph.output(
        graph.node("Cast", "y", Map.of("to", (long) DataType.UINT8.getNumber()), clipped),
        DataType.UINT8,
        1,
        size,
        size,
        3);
    return graph.toBytes(Map.of());
  }

  private static String part(OnnxGraph graph, String values, int from) {
    return graph.node(
        "Slice",
        "part" + from,
        values,
        graph.constant("from" + from, from),
        graph.constant("to" + from, from + 1));
  }

  private static String overZero(OnnxGraph graph, float[] numerators) {
    return graph.node(
        "Div",
        "odd",
        graph.constant("numerators", numerators, numerators.length),
        graph.constant("zero", new float[] {0}, 1));
  }

  /** The sum of two inputs. */
  static byte[] twoInputs(int size) {
    OnnxGraph graph = new OnnxGraph("sum");
    String a = graph.input("a", DataType.FLOAT, 1, 3, size, size);
    String b = graph.input("b", DataType.FLOAT, 1, 3, size, size);
    graph.output(graph.node("Add", "sum", a, b), DataType.FLOAT, 1, 3, size, size);
    return graph.toBytes(Map.of());
  }
}
