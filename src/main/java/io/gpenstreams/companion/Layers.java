package io.gpenstreams.companion;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.model.Precision;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Writes the operators that the companion networks are made of. Every value is {@code [N,C,H,W]};
 * how many channels it has follows from the tensors, which are checked on the way. Arithmetic has
 * the graph's precision.
 */
final class Layers {
  /** What batch normalisation adds to a variance. */
  private static final double EPSILON = 1e-5;

  private static final Map<String, Object> NEAREST =
      Map.of(
          "mode", "nearest",
          "coordinate_transformation_mode", "asymmetric",
          "nearest_mode", "floor");

  /** A value in the graph. */
  record Value(String name, int channels) {}

  /** Weights as the graph has them. */
  private static final class Folded {
    private final float[] weight;
    private final float[] bias;

    Folded(float[] weight, float[] bias) {
      this.weight = weight;
      this.bias = bias;
    }
  }

  private final CheckedTensors tensors;
  private final OnnxGraph graph;
  private final Precision precision;
  private final boolean onlyShapes;
  private final Set<String> written = new HashSet<>();

  private Layers(CheckedTensors tensors, OnnxGraph graph, Precision precision, boolean onlyShapes) {
    this.tensors = tensors;
    this.graph = graph;
    this.precision = precision;
    this.onlyShapes = onlyShapes;
  }

  /** Writes a graph. */
  static Layers writing(CheckedTensors tensors, OnnxGraph graph, Precision precision) {
    return new Layers(tensors, graph, precision, false);
  }

  /** Checks names and shapes; reads no numbers and keeps nothing of the graph. */
  static Layers checking(CheckedTensors tensors) {
    return new Layers(tensors, new OnnxGraph("checked"), Precision.FP32, true);
  }

  CheckedTensors tensors() {
    return tensors;
  }

  /**
   * A picture of any size as planes of levels 0…255 in float32.
   *
   * @param batch images at a time, or {@link OnnxGraph#DYNAMIC}
   */
  Value picture(long batch) {
    String pixels =
        graph.input("input", DataType.UINT8, batch, OnnxGraph.HEIGHT, OnnxGraph.WIDTH, 3);
    String planes =
        graph.node("Transpose", "input.planes", Map.of("perm", new long[] {0, 3, 1, 2}), pixels);
    return new Value(cast("input.levels", planes, DataType.FLOAT), 3);
  }

  /** {@code (x − shift) / scale} in float32, for each channel or for all. */
  Value normalised(Value in, float[] shift, float scale) {
    String moved =
        graph.node(
            "Sub",
            in.name() + ".centred",
            in.name(),
            floats(in.name() + ".shift", () -> shift, 1, shift.length, 1, 1));
    return scale == 1
        ? new Value(moved, in.channels())
        : scaled(in.name() + ".normalised", new Value(moved, in.channels()), scale);
  }

  private Value scaled(String output, Value in, float scale) {
    String divisor = floats(output + ".divisor", () -> new float[] {scale}, 1);
    return new Value(graph.node("Div", output, in.name(), divisor), in.channels());
  }

  /** From float32 to arithmetic. */
  Value toArithmetic(Value in) {
    return precision == Precision.FP16
        ? new Value(cast(in.name() + ".half", in.name(), DataType.FLOAT16), in.channels())
        : in;
  }

  /** From arithmetic to float32. */
  Value toFloat(Value in) {
    return precision == Precision.FP16
        ? new Value(cast(in.name() + ".float", in.name(), DataType.FLOAT), in.channels())
        : in;
  }

  /** A convolution that gives as many channels as its weight says. */
  Value convolve(Value in, Convolution convolution) {
    return convolve(in, convolution, CheckedTensors.ANY);
  }

  /** A convolution that must give so many channels. */
  Value convolve(Value in, Convolution convolution, long channels) {
    int kernel = convolution.kernel();
    long wanted = convolution.depthwise() ? in.channels() : channels;
    long perGroup = convolution.depthwise() ? 1 : in.channels();
    int out = tensors.require(convolution.weight(), wanted, perGroup, kernel, kernel);
    requireVectors(convolution, out);
    Supplier<Folded> folded = memoised(() -> folded(convolution, out));
    return write(in, convolution, out, () -> folded.get().weight, () -> folded.get().bias);
  }

  /**
   * A convolution with a bias whose in-channels stand in another order.
   *
   * @param order which of the checkpoint's in-channels stands in each place
   */
  Value convolveReordered(Value in, Convolution convolution, int[] order) {
    int kernel = convolution.kernel();
    int out =
        tensors.require(convolution.weight(), CheckedTensors.ANY, in.channels(), kernel, kernel);
    requireVectors(convolution, out);
    Supplier<Folded> folded = memoised(() -> folded(convolution, out));
    return write(
        in,
        convolution,
        out,
        () -> reordered(folded.get().weight, order, kernel * kernel),
        () -> folded.get().bias);
  }

  private void requireVectors(Convolution convolution, int out) {
    if (convolution.biased()) {
      tensors.require(convolution.bias(), out);
    }
    if (!convolution.norm().isEmpty()) {
      for (String vector : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
        tensors.require(convolution.norm() + vector, out);
      }
      tensors.allow(convolution.norm() + ".num_batches_tracked");
    }
  }

  private static Supplier<Folded> memoised(Supplier<Folded> supplier) {
    Folded[] known = {null};
    return () -> {
      if (known[0] == null) {
        known[0] = supplier.get();
      }
      return known[0];
    };
  }

  private Value write(
      Value in,
      Convolution convolution,
      int out,
      Supplier<float[]> weight,
      Supplier<float[]> bias) {
    int kernel = convolution.kernel();
    int perGroup = convolution.depthwise() ? 1 : in.channels();
    long padding = convolution.reflected() ? 0 : convolution.padding();
    String padded = convolution.reflected() ? reflected(convolution, in.name()) : in.name();
    String[] inputs =
        convolution.biased() || !convolution.norm().isEmpty()
            ? new String[] {
              padded,
              weight(convolution.weight(), weight, out, perGroup, kernel, kernel),
              weight(convolution.bias(), bias, out)
            }
            : new String[] {
              padded, weight(convolution.weight(), weight, out, perGroup, kernel, kernel)
            };
    Map<String, Object> attributes =
        Map.of(
            "group", convolution.depthwise() ? (long) out : 1L,
            "strides", new long[] {convolution.stride(), convolution.stride()},
            "pads", new long[] {padding, padding, padding, padding});
    return new Value(graph.node("Conv", convolution.name(), attributes, inputs), out);
  }

  private String reflected(Convolution convolution, String value) {
    int side = convolution.padding();
    String sides = integers("pads_" + side, 0, 0, side, side, 0, 0, side, side);
    return graph.node(
        "Pad", convolution.name() + ".padded", Map.of("mode", "reflect"), value, sides);
  }

  private Folded folded(Convolution convolution, int out) {
    float[] weight = tensors.values(convolution.weight());
    float[] bias = convolution.biased() ? tensors.values(convolution.bias()) : new float[out];
    double[] factors = new double[out];
    double[] shifts = new double[out];
    norm(convolution, factors, shifts);
    int each = weight.length / out;
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (weight[i] * factors[i / each]);
    }
    for (int i = 0; i < out; i++) {
      bias[i] = (float) (bias[i] * factors[i] + shifts[i]);
    }
    return new Folded(
        tensors.requireFinite(convolution.weight(), weight),
        tensors.requireFinite(convolution.bias(), bias));
  }

  /** What a convolution's result is multiplied with, and what is added then. */
  private void norm(Convolution convolution, double[] factors, double[] shifts) {
    if (convolution.norm().isEmpty()) {
      Arrays.fill(factors, convolution.factor());
      return;
    }
    float[] gamma = tensors.values(convolution.norm() + ".weight");
    float[] beta = tensors.values(convolution.norm() + ".bias");
    float[] mean = tensors.values(convolution.norm() + ".running_mean");
    float[] variance = tensors.values(convolution.norm() + ".running_var");
    for (int i = 0; i < factors.length; i++) {
      factors[i] = gamma[i] / Math.sqrt(variance[i] + EPSILON);
      shifts[i] = beta[i] - mean[i] * factors[i];
    }
  }

  private static float[] reordered(float[] weight, int[] order, int kernel) {
    float[] reordered = new float[weight.length];
    int in = order.length;
    for (int at = 0; at < weight.length / kernel; at++) {
      int from = at / in * in + order[at % in];
      System.arraycopy(weight, from * kernel, reordered, at * kernel, kernel);
    }
    return reordered;
  }

  /** Leaky ReLU; a slope of 0 makes it a ReLU. */
  Value activate(Value in, float slope) {
    String output = in.name() + ".active";
    return new Value(
        slope == 0
            ? graph.node("Relu", output, in.name())
            : graph.node("LeakyRelu", output, Map.of("alpha", slope), in.name()),
        in.channels());
  }

  /** The sum of two values of the same channels. */
  Value add(String output, Value a, Value b) {
    if (a.channels() != b.channels()) {
      throw new IllegalArgumentException(
          "%s: %d and %d channels".formatted(output, a.channels(), b.channels()));
    }
    return new Value(graph.node("Add", output, a.name(), b.name()), a.channels());
  }

  /** A value times a number. */
  Value times(String output, Value in, float factor) {
    String constant = weight(output + ".factor", () -> new float[] {factor}, 1);
    return new Value(graph.node("Mul", output, in.name(), constant), in.channels());
  }

  /** All channels of some values. */
  Value join(String output, List<Value> values) {
    return new Value(
        graph.node(
            "Concat",
            output,
            Map.of("axis", 1L),
            values.stream().map(Value::name).toArray(String[]::new)),
        values.stream().mapToInt(Value::channels).sum());
  }

  /** The largest of 3×3 pixels, at every second place. */
  Value pool(String output, Value in) {
    return new Value(
        graph.node(
            "MaxPool",
            output,
            Map.of(
                "kernel_shape", new long[] {3, 3},
                "strides", new long[] {2, 2},
                "pads", new long[] {1, 1, 1, 1}),
            in.name()),
        in.channels());
  }

  /** Each pixel twice in both directions. */
  Value doubled(Value in) {
    String scales = floats("scales_2", () -> new float[] {1, 1, 2, 2}, 4);
    return new Value(
        graph.node("Resize", in.name() + ".doubled", NEAREST, in.name(), "", scales),
        in.channels());
  }

  /** Nearest neighbours, as many pixels as another value has, which has as many channels. */
  Value enlarged(Value in, Value like) {
    String shape = graph.node("Shape", like.name() + ".shape", like.name());
    return new Value(
        graph.node("Resize", in.name() + ".enlarged", NEAREST, in.name(), "", "", shape),
        in.channels());
  }

  /** Blocks of pixels as channels, a block's rows first, then its columns, then the channels. */
  Value unshuffled(Value in, int block) {
    return new Value(
        graph.node(
            "SpaceToDepth",
            in.name() + ".unshuffled",
            Map.of("blocksize", (long) block),
            in.name()),
        in.channels() * block * block);
  }

  /** Reflects at the right and at the bottom until both sides are multiples of a number. */
  Value padded(Value in, int multiple) {
    String shape = graph.node("Shape", in.name() + ".shape", in.name());
    String size = slice(in.name() + ".size", shape, 2, 4, 0);
    String divisor = integers("multiple", multiple);
    // As ONNX counts, the remainder of a negative number has the divisor's sign.
    String missing =
        graph.node(
            "Mod",
            in.name() + ".missing",
            graph.node("Neg", in.name() + ".negative", size),
            divisor);
    String pads =
        graph.node(
            "Concat",
            in.name() + ".pads",
            Map.of("axis", 0L),
            integers("no_pads_6", 0, 0, 0, 0, 0, 0),
            missing);
    return new Value(
        graph.node("Pad", in.name() + ".padded", Map.of("mode", "reflect"), in.name(), pads),
        in.channels());
  }

  /** The upper left part of a value, {@code factor} times as large as a picture. */
  Value cropped(String output, Value in, Value picture, int factor) {
    String shape = graph.node("Shape", output + ".shape", picture.name());
    String size = slice(output + ".picture", shape, 2, 4, 0);
    String end =
        factor == 1
            ? size
            : graph.node("Mul", output + ".size", size, integers("factor_" + factor, factor));
    return new Value(
        graph.node(
            "Slice", output, in.name(), integers("origin", 0, 0), end, integers("sides", 2, 3)),
        in.channels());
  }

  private String slice(String output, String value, int from, int to, int axis) {
    return graph.node(
        "Slice",
        output,
        value,
        integers("from_" + from, from),
        integers("to_" + to, to),
        integers("axis_" + axis, axis));
  }

  /** Numbers for every place of some levels, {@code [N,P,numbers]} in float32, places by rows. */
  String list(String output, List<Value> levels, int numbers) {
    String[] lists =
        levels.stream()
            .map(
                level -> {
                  String last =
                      graph.node(
                          "Transpose",
                          level.name() + ".last",
                          Map.of("perm", new long[] {0, 2, 3, 1}),
                          toFloat(level).name());
                  return graph.node(
                      "Reshape",
                      level.name() + ".list",
                      last,
                      integers("list_" + numbers, 0, -1, numbers));
                })
            .toArray(String[]::new);
    return graph.node("Concat", output, Map.of("axis", 1L), lists);
  }

  /** From numbers to shares of 1, over the last dimension. */
  String softmax(String output, String value) {
    return graph.node("Softmax", output, Map.of("axis", -1L), value);
  }

  /** The largest channel of every pixel as one byte, {@code [N,H,W]}. */
  String largest(String output, Value in) {
    String index =
        graph.node(
            "ArgMax", output + ".index", Map.of("axis", 1L, "keepdims", 0L), toFloat(in).name());
    return cast(output, index, DataType.UINT8);
  }

  /** A picture of values 0…1 as bytes {@code [N,H,W,3]}. */
  String pixels(String output, Value in) {
    Value levels =
        new Value(
            graph.node(
                "Mul",
                output + ".levels",
                toFloat(in).name(),
                floats("white", () -> new float[] {255}, 1)),
            in.channels());
    String clipped =
        graph.node(
            "Clip",
            output + ".clipped",
            levels.name(),
            floats("black", () -> new float[] {0}),
            floats("brightest", () -> new float[] {255}));
    String planes =
        cast(output + ".planes", graph.node("Round", output + ".rounded", clipped), DataType.UINT8);
    return graph.node("Transpose", output, Map.of("perm", new long[] {0, 2, 3, 1}), planes);
  }

  /** Declares an output. */
  void output(String name, DataType type, long... shape) {
    graph.output(name, type, shape);
  }

  private String cast(String output, String value, DataType type) {
    return graph.node("Cast", output, Map.of("to", (long) type.getNumber()), value);
  }

  private String weight(String name, Supplier<float[]> values, long... shape) {
    if (!onlyShapes && written.add(name)) {
      if (precision == Precision.FP16) {
        graph.halfConstant(name, values.get(), shape);
      } else {
        graph.constant(name, values.get(), shape);
      }
    }
    return name;
  }

  private String floats(String name, Supplier<float[]> values, long... shape) {
    if (!onlyShapes && written.add(name)) {
      graph.constant(name, values.get(), shape);
    }
    return name;
  }

  private String integers(String name, long... values) {
    if (!onlyShapes && written.add(name)) {
      graph.constant(name, values);
    }
    return name;
  }
}
