package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Map;

/** Models that pass for those of face recognition. */
public final class IdentityModels {
  private IdentityModels() {}

  /** The averages of all squares of 16 pixels, as one vector, times a factor. */
  public static byte[] averages(long batch, int side, float factor) {
    OnnxGraph graph = new OnnxGraph("averages");
    String input = graph.input("face", DataType.FLOAT, batch, 3, side, side);
    String pooled =
        graph.node(
            "AveragePool",
            "pooled",
            Map.of("kernel_shape", new long[] {16, 16}, "strides", new long[] {16, 16}),
            input);
    String scaled =
        graph.node("Mul", "scaled", pooled, graph.constant("factor", new float[] {factor}));
    long numbers = 3L * (side / 16) * (side / 16);
    String vector = graph.node("Reshape", "vector", scaled, graph.constant("shape", -1, numbers));
    graph.output(vector, DataType.FLOAT, batch, numbers);
    return graph.toBytes(Map.of());
  }
}
