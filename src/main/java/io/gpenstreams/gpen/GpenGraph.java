package io.gpenstreams.gpen;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.model.LargeOnnx;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * A GPEN generator as an ONNX graph, for a batch of any size. The import folds constants into the
 * weights, and merges passes over an image where possible. The function stays that of the
 * checkpoint.
 */
public final class GpenGraph {
  private static final String LICENCE =
      "weights of GPEN: for academic and non-commercial use only, see https://github.com/yangxy/GPEN";
  private static final float HALF_RANGE = 127.5f;

  private final Architecture architecture;
  private final Layout layout;
  private final Precision precision;
  private final Target target;
  private final LargeOnnx model;

  private GpenGraph(
      Architecture architecture,
      Layout layout,
      Precision precision,
      Target target,
      LargeOnnx model) {
    this.architecture = architecture;
    this.layout = layout;
    this.precision = precision;
    this.target = target;
    this.model = model;
  }

  /**
   * Translates a checkpoint. It must not change or close until the model is written.
   *
   * @throws CheckpointException if it is no GPEN generator, naming a tensor that is missing, that
   *     does not belong there, that has the wrong shape, or that has infinite or undefined values
   */
  public static GpenGraph of(Tensors tensors, Layout layout, Precision precision, Target target) {
    if (target == Target.CPU) {
      return of(tensors, layout, precision, Banding.FOR_CACHES);
    }
    Architecture architecture = Architecture.of(tensors);
    GpuTranslation translation =
        new GpuTranslation(architecture, new Weights(tensors), layout, precision);
    LargeOnnx model = new LargeOnnx(name(architecture), translation::write);
    return new GpenGraph(architecture, layout, precision, Target.GPU, model);
  }

  /** Translates for a CPU, with the given bands. */
  static GpenGraph of(Tensors tensors, Layout layout, Precision precision, Banding banding) {
    Architecture architecture = Architecture.of(tensors);
    Weights weights = new Weights(tensors);
    LargeOnnx model =
        new LargeOnnx(
            name(architecture),
            graph ->
                new Translation(
                        architecture, graph, new Operators(graph, precision), weights, banding)
                    .write(layout));
    return new GpenGraph(architecture, layout, precision, Target.CPU, model);
  }

  /**
   * Writes the model file. The same checkpoint gives the same bytes.
   *
   * @param checkpointSha256 the hash of the checkpoint file, in lower-case hexadecimal
   */
  public void writeTo(OutputStream out, String checkpointSha256) throws IOException {
    Map<String, String> metadata =
        ModelInfo.metadata(
            name(architecture),
            ModelInfo.GPEN,
            architecture.size(),
            precision,
            layout,
            true,
            LICENCE);
    metadata.put(ModelInfo.TARGET, target.label());
    metadata.put(ModelInfo.CHECKPOINT, checkpointSha256);
    model.writeTo(out, metadata);
  }

  private static String name(Architecture architecture) {
    return "gpen-bfr-" + architecture.size();
  }

  private record Translation(
      Architecture architecture,
      OnnxGraph graph,
      Operators operators,
      Weights weights,
      Banding banding) {

    void write(Layout layout) {
      String image = layout == Layout.UINT8 ? uint8Input() : floatInput();
      int size = architecture.size();
      Encoder encoder =
          Encoder.write(
              operators,
              weights,
              architecture,
              banding,
              Bands.whole(operators.toArithmetic(image), size));
      String w =
          new StyleNetwork(operators, weights)
              .write(encoder.features(0, new Rows(0, Architecture.BASE, Architecture.BASE)));
      Bands restored = Generator.write(operators, weights, architecture, banding, encoder, w);
      if (layout == Layout.UINT8) {
        uint8Output(restored);
      } else {
        floatOutput(restored);
      }
    }

    private String floatInput() {
      int size = architecture.size();
      return graph.input("input", DataType.FLOAT, OnnxGraph.DYNAMIC, 3, size, size);
    }

    private void floatOutput(Bands image) {
      int size = architecture.size();
      graph.output(
          operators.join("output", 2, image.parts()),
          DataType.FLOAT,
          OnnxGraph.DYNAMIC,
          3,
          size,
          size);
    }

    private String uint8Input() {
      int size = architecture.size();
      String pixels = graph.input("input", DataType.UINT8, OnnxGraph.DYNAMIC, size, size, 3);
      // Turned while a level is still one byte.
      String planes =
          operators.node(
              "Transpose", "input.planes", Map.of("perm", new long[] {0, 3, 1, 2}), pixels);
      String levels = operators.cast("input.levels", planes, DataType.FLOAT);
      return operators.node(
          "Sub",
          "input.normalised",
          operators.node(
              "Div", "input.scaled", levels, operators.exact("input.half_range", HALF_RANGE)),
          operators.exact("input.one", 1));
    }

    private void uint8Output(Bands image) {
      int size = architecture.size();
      List<String> bands = image.parts().stream().map(this::levels).toList();
      graph.output(
          operators.join("output", 1, bands), DataType.UINT8, OnnxGraph.DYNAMIC, size, size, 3);
    }

    private String levels(String image) {
      String levels =
          operators.node(
              "Mul",
              image + ".levels",
              operators.node("Add", image + ".positive", image, operators.exact("output.one", 1)),
              operators.exact("output.half_range", HALF_RANGE));
      String clipped =
          operators.node(
              "Clip",
              image + ".clipped",
              levels,
              operators.exact("output.black", 0),
              operators.exact("output.white", 2 * HALF_RANGE));
      String planes =
          operators.cast(
              image + ".planes",
              operators.node("Round", image + ".rounded", clipped),
              DataType.UINT8);
      return operators.node(
          "Transpose", image + ".pixels", Map.of("perm", new long[] {0, 2, 3, 1}), planes);
    }
  }
}
