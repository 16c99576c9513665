package io.gpenstreams.gpen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The styles and demodulation of all layers for one image. Float32 vectors hold all layers at once,
 * because a GPU takes longer to start an operator than to compute a few thousand numbers.
 *
 * <p>A modulated convolution's weights are W[o,i,k]·s[i]·d[o] with d[o] = √2 / √(Σ(W[o,i,k]·s[i])²
 * + ε). W stays constant, since ONNX Runtime's CUDA convolutions with channels last take no others.
 * Its input comes from the result z of the layer before and from the encoder's features f. With
 * s·lrelu(d·z + b) = lrelu'(g·d·z + g·b) one scale, one bias and one slope per channel do
 * demodulation, noise, bias, activation and the next style: g = s and the slope is 0.2 where s is
 * positive, and g = 0.2·s and the slope is 5 where it is negative.
 *
 * <p>W has rows of norm 1 and s is divided by its root mean square, which d compensates. So neither
 * large styles nor a row of nearly zero weights leaves float16's range.
 */
final class GpuStyles {
  private static final int RGB = 3;

  private static final float LARGEST_SHIFT = 30_000;

  // RGB is made of features that the next layer's style has been multiplied onto, and divides by
  // it. A style below these, of which the root mean square is 1, counts as these.
  private static final double LEAST = 0x1p-14;
  private static final double LEAST_HALF = 0x1p-10;

  private final Operators operators;
  private final Weights weights;
  private final List<Integer> channels;
  private final List<Layer> layers;

  private GpuStyles(
      Operators operators, Weights weights, List<Integer> channels, List<Layer> layers) {
    this.operators = operators;
    this.weights = weights;
    this.channels = channels;
    this.layers = layers;
  }

  /**
   * A modulated convolution of 3×3.
   *
   * @param firstIn the index of its first input channel among those of all layers
   * @param firstOut the index of its first output channel among those of all layers
   */
  private record Layer(
      String name, int in, int out, ModulatedWeight weight, int firstIn, int firstOut) {
    int endIn() {
      return firstIn + in;
    }

    int endOut() {
      return firstOut + out;
    }

    boolean isLike(Layer other) {
      return in == other.in && out == other.out;
    }
  }

  /**
   * Writes the part that all layers share.
   *
   * @param w {@code [1,512]}
   * @param imageFactor a factor for the weights to RGB
   */
  static GpuStyles write(
      Operators operators,
      Weights weights,
      Architecture architecture,
      String w,
      double imageFactor) {
    List<Integer> channels = architecture.channels();
    List<Layer> layers = new ArrayList<>();
    add(layers, weights, LayerNames.convolution(0), channels.get(0), channels.get(0));
    for (int level = 1; level < channels.size(); level++) {
      int out = channels.get(level);
      add(layers, weights, LayerNames.upsampling(level), 2 * channels.get(level - 1), out);
      add(layers, weights, LayerNames.convolution(level), 2 * out, out);
    }
    GpuStyles styles = new GpuStyles(operators, weights, channels, layers);
    styles.write(w, imageFactor);
    return styles;
  }

  private static void add(List<Layer> layers, Weights weights, String name, int in, int out) {
    ModulatedWeight weight = ModulatedWeight.ofUnitRows(weights, name, in, out);
    if (layers.isEmpty()) {
      layers.add(new Layer(name, in, out, weight, 0, 0));
    } else {
      Layer last = layers.get(layers.size() - 1);
      layers.add(new Layer(name, in, out, weight, last.endIn(), last.endOut()));
    }
  }

  /** The weights of a layer with rows of norm 1, {@code [O,I,3,3]}. */
  float[] normalised(String name) {
    return layers.stream()
        .filter(layer -> layer.name().equals(name))
        .findFirst()
        .orElseThrow()
        .weight()
        .values();
  }

  /** The style of the first layer, {@code [1,C,1,1]}. */
  String first() {
    return operators.node(
        "Reshape",
        "styles.first.shaped",
        "styles.first",
        operators.integers("shape.per_channel", 1, -1, 1, 1));
  }

  /**
   * The input of a layer other than the first.
   *
   * @param joined result of the layer before it, and the encoder's features at its resolution
   */
  String input(String layer, String joined, int width) {
    String scaled =
        operators.affine(layer + ".scaled", joined, layer + ".scale", layer + ".shift", width);
    return operators.node(
        "PRelu",
        layer + ".input",
        scaled,
        operators.node(
            "Reshape",
            layer + ".slope.shaped",
            layer + ".slope",
            operators.integers("shape.of_slope", -1, 1, 1)));
  }

  /** The number that is added to the last layer's result before its activation, {@code [C]}. */
  String lastShift() {
    return "last.shift";
  }

  /** A level's matrix to RGB, {@code [2C,3]}. */
  String toRgb(int level) {
    return LayerNames.toRgb(level) + ".matrix";
  }

  private Layer last() {
    return layers.get(layers.size() - 1);
  }

  private void write(String w, double imageFactor) {
    List<String> names = new ArrayList<>(layers.stream().map(Layer::name).toList());
    IntStream.range(0, channels.size()).mapToObj(LayerNames::toRgb).forEach(names::add);
    int in = last().endIn();
    int toRgb = channels.stream().mapToInt(count -> 2 * count).sum();
    String all =
        operators.linear(
            "styles",
            w,
            operators.vectorWeight(
                "modulation.weight",
                joined(names, name -> weights.equalised(name + ".conv.modulation.weight", 1)),
                (long) in + toRgb,
                Architecture.STYLE),
            operators.vectorWeight(
                "modulation.bias",
                joined(names, name -> weights.stored(name + ".conv.modulation.bias")),
                (long) in + toRgb));
    operators.part("styles.of_layers", all, 0, in);
    operators.part("styles.to_rgb", all, in, in + toRgb);

    String inverseNorm = inverseNorm("styles.of_layers", in);
    String normalised =
        operators.node(
            "Mul",
            "styles.normalised",
            "styles.of_layers",
            operators.node(
                "MatMul",
                "styles.inverse_norms",
                inverseNorm,
                operators.exact(
                    "styles.spread",
                    byLayer(in, Layer::firstIn, layer -> Weights.repeated(1, layer.in())),
                    layers.size(),
                    in)));
    String negative =
        operators.node("Less", "styles.negative", normalised, operators.exact("zero", 0));
    String magnitude =
        operators.node(
            "Max",
            "styles.magnitude",
            operators.node("Abs", "styles.absolute", normalised),
            operators.exact("styles.least", operators.isHalf() ? LEAST_HALF : LEAST));
    String styles =
        operators.node("Mul", "styles.used", magnitude, chosen("styles.sign", negative, -1, 1));
    String demodulation = demodulation(styles, inverseNorm);

    writeFirst(styles);
    writeVectors(negative, magnitude, demodulation, in);
    writeToRgb(styles, writeLastShift(demodulation), toRgb, imageFactor);
  }

  private String chosen(String output, String condition, double then, double otherwise) {
    return operators.node(
        "Where",
        output,
        condition,
        operators.exact(output + ".then", then),
        operators.exact(output + ".else", otherwise));
  }

  /** 1 / √(mean of the squared styles) of each layer, {@code [1,layers]}. */
  private String inverseNorm(String styles, int in) {
    float[] means = new float[in * layers.size()];
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      for (int j = layer.firstIn(); j < layer.endIn(); j++) {
        means[j * layers.size() + i] = 1f / layer.in();
      }
    }
    String sums =
        operators.node(
            "MatMul",
            "styles.mean_squares",
            operators.node("Mul", "styles.squares", styles, styles),
            operators.exact("styles.mean", means, in, layers.size()));
    return inverseRoot(
        "styles.inverse_norm",
        operators.node(
            "Add", "styles.positive", sums, operators.exact("styles.smallest", Float.MIN_NORMAL)));
  }

  /** d for what {@code styles} and weights with rows of norm 1 give, {@code [1,ΣO]}. */
  private String demodulation(String styles, String inverseNorm) {
    int out = last().endOut();
    String sum =
        operators.node(
            "Add",
            "demodulation.sum",
            sums(operators.node("Mul", "demodulation.squares", styles, styles)),
            operators.node(
                "MatMul",
                "demodulation.epsilon",
                operators.node("Mul", "styles.inverse_mean_squares", inverseNorm, inverseNorm),
                operators.exact(
                    "demodulation.epsilons",
                    byLayer(out, Layer::firstOut, layer -> layer.weight().halfEpsilons()),
                    layers.size(),
                    out)));
    String factors = inverseRoot("demodulation", sum);
    if (!operators.isHalf()) {
      return factors;
    }
    // No style is more than the root of their number times their root mean square.
    int widest = layers.stream().mapToInt(Layer::in).max().orElseThrow();
    return operators.node(
        "Min",
        "demodulation.limited",
        factors,
        operators.exact("demodulation.largest", Operators.LARGEST_HALF / Math.sqrt(widest)));
  }

  /** Σ W²s² / 2 of all layers. Neighbouring layers of the same shape share one matrix product. */
  private String sums(String squares) {
    List<List<Layer>> groups = new ArrayList<>();
    for (Layer layer : layers) {
      if (groups.isEmpty() || !groups.get(groups.size() - 1).get(0).isLike(layer)) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(layer);
    }
    List<String> parts =
        groups.stream().map(group -> group.get(0).name() + ".style.squares").toList();
    operators.split(
        parts,
        squares,
        1,
        operators.integers(
            "demodulation.in_channels",
            groups.stream().mapToLong(group -> (long) group.size() * group.get(0).in()).toArray()));
    List<String> sums = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      sums.add(sums(groups.get(i), parts.get(i)));
    }
    return operators.join("demodulation.sums", 1, sums);
  }

  private String sums(List<Layer> group, String squares) {
    Layer first = group.get(0);
    String name = first.name() + ".demodulation";
    String product =
        operators.node(
            "MatMul",
            name + ".product",
            operators.node(
                "Reshape",
                squares + ".of_layers",
                squares,
                operators.integers(name + ".layers", group.size(), 1, first.in())),
            operators.exact(
                name + ".weight",
                joined(group, GpuStyles::halfSquares),
                group.size(),
                first.in(),
                first.out()));
    return operators.node(
        "Reshape", name + ".sums", product, operators.integers("shape.vector", 1, -1));
  }

  /** Σ W² / 2 over the kernel, {@code [I,O]}. */
  private static float[] halfSquares(Layer layer) {
    float[] halves = layer.weight().halfSquares();
    float[] turned = new float[halves.length];
    for (int i = 0; i < halves.length; i++) {
      turned[i % layer.in() * layer.out() + i / layer.in()] = halves[i];
    }
    return turned;
  }

  private void writeFirst(String styles) {
    operators.toArithmetic(
        "styles.first", operators.part("styles.of_first", styles, 0, layers.get(0).in()));
  }

  /** The scale, shift and slope of the input of every layer but the first. */
  private void writeVectors(String negative, String magnitude, String demodulation, int in) {
    String factors =
        operators.node(
            "Mul",
            "styles.factors",
            magnitude,
            chosen("styles.factors.sign", negative, -Operators.SLOPE, 1));
    String multipliers =
        operators.node(
            "Gather",
            "multipliers",
            Map.of("axis", 1L),
            operators.join(
                "demodulation.and_noise",
                1,
                List.of(
                    demodulation,
                    operators.exact("noise.weights", noiseWeights(), 1, layers.size()))),
            operators.integers("multipliers.of_channels", multipliersOfChannels(in)));
    writeVectors(".scale", operators.node("Mul", "scales", factors, multipliers));
    writeVectors(
        ".shift",
        operators.node("Mul", "shifts", factors, operators.exact("biases", biases(in), 1, in)));
    writeVectors(
        ".slope", chosen("slopes", negative, 1 / (double) Operators.SLOPE, Operators.SLOPE));
  }

  private void writeVectors(String suffix, String values) {
    List<String> names = new ArrayList<>(List.of("unused" + suffix));
    layers.stream().skip(1).map(layer -> layer.name() + suffix).forEach(names::add);
    operators.split(
        names,
        operators.node(
            "Reshape",
            values + ".flat",
            operators.toArithmetic(values),
            operators.integers("shape.flat", -1)),
        0,
        operators.integers("in_channels", layers.stream().mapToLong(Layer::in).toArray()));
  }

  /** Of what follows each layer, times √2. */
  private float[] noiseWeights() {
    float[] values = new float[layers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = weights.scaled(layers.get(i).name() + ".noise.weight", Operators.GAIN)[0];
    }
    return values;
  }

  /**
   * The index of the multiplier of each input channel: d of the layer before, or its noise weight.
   */
  private long[] multipliersOfChannels(int in) {
    long[] places = new long[in];
    for (int i = 1; i < layers.size(); i++) {
      Layer before = layers.get(i - 1);
      for (int c = 0; c < before.out(); c++) {
        places[layers.get(i).firstIn() + c] = (long) before.firstOut() + c;
        places[layers.get(i).firstIn() + before.out() + c] = (long) last().endOut() + i - 1;
      }
    }
    return places;
  }

  /** Of both halves of the layer before, times √2. */
  private float[] biases(int in) {
    float[] values = new float[in];
    for (int i = 1; i < layers.size(); i++) {
      float[] bias = weights.scaled(layers.get(i - 1).name() + ".activate.bias", Operators.GAIN);
      System.arraycopy(bias, 0, values, layers.get(i).firstIn(), bias.length);
    }
    return values;
  }

  /**
   * b / d. Only RGB follows, and its matrix compensates d.
   *
   * @return d of the last layer. In float16 it is limited, so that the shift stays in the range.
   *     Only a channel of nearly zero weights reaches the limit, and its z is then negligible
   *     beside b
   */
  private String writeLastShift(String demodulation) {
    String factors =
        operators.part("demodulation.of_last", demodulation, last().firstOut(), last().endOut());
    int channels = last().out();
    float[] bias =
        Arrays.copyOf(weights.scaled(last().name() + ".activate.bias", Operators.GAIN), channels);
    if (operators.isHalf()) {
      float[] least = new float[channels];
      for (int c = 0; c < channels; c++) {
        least[c] = Math.abs(bias[c]) / LARGEST_SHIFT;
      }
      factors =
          operators.node(
              "Max",
              "demodulation.of_last.limited",
              factors,
              operators.exact("demodulation.of_last.least", least, 1, channels));
    }
    String shift =
        operators.node(
            "Div", "last.shift.row", operators.exact("last.bias", bias, 1, channels), factors);
    operators.node(
        "Reshape",
        "last.shift",
        operators.toArithmetic(shift),
        operators.integers("shape.flat", -1));
    return factors;
  }

  private void writeToRgb(String styles, String ofLast, int width, double factor) {
    String divisors =
        operators.node(
            "Gather",
            "to_rgb.divisors",
            Map.of("axis", 1L),
            operators.join(
                "to_rgb.possible_divisors",
                1,
                List.of(
                    styles,
                    operators.node("Reciprocal", "demodulation.of_last.inverse", ofLast),
                    operators.exact("one", new float[] {1}, 1, 1))),
            operators.integers("to_rgb.divisors.of_channels", divisorsOfChannels(width)));
    String row = operators.node("Div", "to_rgb.row", "styles.to_rgb", divisors);
    String matrix =
        operators.node(
            "Mul",
            "to_rgb.matrix",
            operators.exact("to_rgb.weight", toRgbWeight(width, factor), width, RGB),
            operators.node(
                "Reshape", "to_rgb.column", row, operators.integers("shape.column", -1, 1)));
    operators.split(
        IntStream.range(0, channels.size()).mapToObj(this::toRgb).toList(),
        operators.toArithmetic(matrix),
        0,
        operators.integers(
            "to_rgb.channels", channels.stream().mapToLong(count -> 2L * count).toArray()));
  }

  /**
   * The styles of the next layer. After the last layer: the divisor that its result still needs.
   */
  private long[] divisorsOfChannels(int width) {
    long[] places = new long[width];
    int in = last().endIn();
    int one = in + last().out();
    int at = 0;
    for (int level = 0; level < channels.size() - 1; level++) {
      Layer next = layers.get(2 * level + 1);
      for (int c = 0; c < next.in(); c++) {
        places[at++] = (long) next.firstIn() + c;
      }
    }
    for (int c = 0; c < last().out(); c++) {
      places[at + c] = (long) in + c;
      places[at + last().out() + c] = one;
    }
    return places;
  }

  private float[] toRgbWeight(int width, double factor) {
    float[] all = new float[width * RGB];
    int from = 0;
    for (int level = 0; level < channels.size(); level++) {
      int count = 2 * channels.get(level);
      float[] weight = weights.equalised(LayerNames.toRgb(level) + ".conv.weight", factor);
      for (int i = 0; i < weight.length; i++) {
        all[(from + i % count) * RGB + i / count] = weight[i];
      }
      from += count;
    }
    return all;
  }

  private String inverseRoot(String output, String value) {
    return operators.node("Pow", output, value, operators.exact("inverse_root", -0.5));
  }

  /** A matrix for products with one number per layer: each row selects a layer. */
  private float[] byLayer(int width, ToIntFunction<Layer> first, Values<Layer> values) {
    float[] weight = new float[layers.size() * width];
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      float[] row = values.of(layer);
      System.arraycopy(row, 0, weight, i * width + first.applyAsInt(layer), row.length);
    }
    return weight;
  }

  private interface Values<T> {
    float[] of(T part);
  }

  private static <T> float[] joined(List<T> parts, Values<T> values) {
    List<float[]> arrays = parts.stream().map(values::of).toList();
    float[] all = new float[arrays.stream().mapToInt(array -> array.length).sum()];
    int end = 0;
    for (float[] array : arrays) {
      System.arraycopy(array, 0, all, end, array.length);
      end += array.length;
    }
    return all;
  }
}
