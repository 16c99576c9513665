package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Map;

/**
 * The built-in restorer as an ONNX graph: local contrast of the luminance, amplified a little and
 * never by more than a few grey levels. It has no learned weights and invents nothing, so it is the
 * control for the hallucination measures. It is not a replacement for GPEN.
 *
 * <p>With luma Y and B = Y averaged over squares of 64 × 64 pixels and interpolated linearly
 * between their centres, the output is x + clip(0.06·(Y − B), ±12), clipped to 0…255 and rounded.
 */
public final class DetailEnhancer {
  /** Its name in events. */
  public static final String NAME = "builtin-detail";

  private static final int SCALE = 64;
  private static final float GAIN = 0.06f;
  private static final float MAX_CHANGE = 12;
  // ITU-R BT.601.
  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  private DetailEnhancer() {}

  /**
   * The model file's bytes, the same for the same size.
   *
   * @param size side of the crops in pixels, a multiple of 64
   */
  public static byte[] onnx(int size) {
    OnnxGraph graph = new OnnxGraph(NAME);
    String input =
        graph.input("input", TensorProto.DataType.UINT8, OnnxGraph.DYNAMIC, size, size, 3);
    String pixels =
        graph.node(
            "Cast", "pixels", Map.of("to", (long) TensorProto.DataType.FLOAT.getNumber()), input);
    String luma = graph.node("MatMul", "luma", pixels, graph.constant("luma_weights", LUMA, 3, 1));
    String planes =
        graph.node(
            "Reshape", "luma_planes", luma, graph.constant("planes_shape", -1, 1, size, size));

    String detail = graph.node("Sub", "detail", planes, base(graph, planes));
    String amplified =
        graph.node("Mul", "amplified", detail, graph.constant("gain", new float[] {GAIN}));
    String limited =
        graph.node(
            "Clip",
            "limited",
            amplified,
            graph.constant("least", new float[] {-MAX_CHANGE}),
            graph.constant("most", new float[] {MAX_CHANGE}));
    String change =
        graph.node("Reshape", "change", limited, graph.constant("pixels_shape", -1, size, size, 1));
    String enhanced = graph.node("Add", "enhanced", pixels, change);
    String clipped =
        graph.node(
            "Clip",
            "clipped",
            enhanced,
            graph.constant("black", new float[] {0}),
            graph.constant("white", new float[] {255}));
    String rounded = graph.node("Round", "rounded", clipped);
    String output =
        graph.node(
            "Cast", "output", Map.of("to", (long) TensorProto.DataType.UINT8.getNumber()), rounded);
    graph.output(output, TensorProto.DataType.UINT8, OnnxGraph.DYNAMIC, size, size, 3);
    return graph.toBytes(
        ModelInfo.metadata(
            NAME,
            "detail-enhancer",
            size,
            Precision.FP32,
            ModelInfo.Layout.UINT8,
            false,
            "Apache-2.0"));
  }

  private static String base(OnnxGraph graph, String planes) {
    String averaged =
        graph.node(
            "AveragePool",
            "average",
            Map.of("kernel_shape", new long[] {SCALE, SCALE}, "strides", new long[] {SCALE, SCALE}),
            planes);
    String scales = graph.constant("scales", new float[] {1, 1, SCALE, SCALE}, 4);
    return graph.node(
        "Resize",
        "base",
        Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel"),
        averaged,
        "",
        scales);
  }
}
