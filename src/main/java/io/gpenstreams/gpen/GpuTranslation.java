package io.gpenstreams.gpen;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.model.Precision;
import java.util.List;
import java.util.Map;

/**
 * A generator's graph for a GPU. It computes the images of a batch one after the other. So neither
 * memory nor the plans of convolutions depend on the size of the batch.
 *
 * @param layout the layout of its input and output
 */
record GpuTranslation(
    Architecture architecture, Weights weights, Layout layout, Precision precision) {

  /** Writes the graph for a batch of any size. */
  void write(OnnxGraph graph) {
    int size = architecture.size();
    OnnxGraph body = graph.body("face");
    Operators operators = new Operators(body, graph, precision);
    Operators around = new Operators(graph, precision);
    if (layout == Layout.UINT8) {
      String pixels = graph.input("input", DataType.UINT8, OnnxGraph.DYNAMIC, size, size, 3);
      String face = body.input("face", DataType.UINT8, size, size, 3);
      body.output(levels(operators, face), type(), 1, size, size, 3);
      String faces = reshaped(around, graph.scan("faces", body, pixels), size, size, 3);
      graph.output(uint8(around, faces), DataType.UINT8, OnnxGraph.DYNAMIC, size, size, 3);
    } else {
      String images = graph.input("input", DataType.FLOAT, OnnxGraph.DYNAMIC, 3, size, size);
      String face = body.input("face", DataType.FLOAT, 3, size, size);
      body.output(normalised(operators, face), type(), 1, 3, size, size);
      String faces = reshaped(around, graph.scan("faces", body, images), 3, size, size);
      graph.output(
          around.cast("output", faces, DataType.FLOAT),
          DataType.FLOAT,
          OnnxGraph.DYNAMIC,
          3,
          size,
          size);
    }
  }

  private DataType type() {
    return precision == Precision.FP16 ? DataType.FLOAT16 : DataType.FLOAT;
  }

  private String normalised(Operators operators, String face) {
    String image =
        operators.node("Unsqueeze", "image", face, operators.integers("shape.first_axis", 0));
    return planes(operators, operators.toArithmetic(image));
  }

  /** Restores an image {@code [1,3,S,S]} in −1…1. */
  String planes(Operators operators, String image) {
    return operators.node(
        "Transpose",
        "restored_planes",
        Map.of("perm", new long[] {0, 3, 1, 2}),
        image(operators, image, PixelRange.NORMALISED, 0));
  }

  /**
   * Restores an image of levels. The result is not clipped, and 0.5 is added so that a cast rounds
   * it.
   */
  private String levels(Operators operators, String face) {
    String pixels =
        operators.node("Unsqueeze", "pixels", face, operators.integers("shape.first_axis", 0));
    String planes =
        operators.node("Transpose", "planes", Map.of("perm", new long[] {0, 3, 1, 2}), pixels);
    return image(operators, operators.cast("image", planes, type()), PixelRange.LEVELS, 0.5);
  }

  private String image(Operators operators, String image, PixelRange range, double rounding) {
    List<String> features = GpuEncoder.write(operators, weights, architecture, image, range);
    String w = new StyleNetwork(operators, weights).write(features.get(0));
    return GpuGenerator.write(operators, weights, architecture, features, w, range, rounding);
  }

  private static String reshaped(Operators around, String faces, long... shape) {
    return around.node(
        "Reshape",
        "restored",
        faces,
        around.integers("shape.batch", -1, shape[0], shape[1], shape[2]));
  }

  private static String uint8(Operators around, String faces) {
    return around.cast(
        "output",
        around.node(
            "Clip",
            "clipped",
            faces,
            around.weight("output.black", new float[] {0.5f}),
            around.weight("output.white", new float[] {255.5f})),
        DataType.UINT8);
  }
}
