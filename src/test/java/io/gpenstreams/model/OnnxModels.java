package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Map;

/** Small ONNX files. */
final class OnnxModels {
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

  /** The sum of two inputs. */
  static byte[] twoInputs(int size) {
    OnnxGraph graph = new OnnxGraph("sum");
    String a = graph.input("a", DataType.FLOAT, 1, 3, size, size);
    String b = graph.input("b", DataType.FLOAT, 1, 3, size, size);
    graph.output(graph.node("Add", "sum", a, b), DataType.FLOAT, 1, 3, size, size);
    return graph.toBytes(Map.of());
  }
}
