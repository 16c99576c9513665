package io.gpenstreams.gpen;

import io.gpenstreams.gpen.Operators.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Computes the restored image from the features and the latent vector.
 *
 * <p>A modulated convolution's weights are W[o,i,k]·s[i]·d[o], with the style s and d[o] =
 * 1/√(Σ(W[o,i,k]·s[i])² + ε) different for every image. Here W stays constant: s multiplies the
 * input and d the output, so that one convolution serves a batch of any size and ONNX Runtime can
 * lay W out for the processor once.
 *
 * <p>Every layer's output has two halves: the restored features and the encoder's. They are not
 * joined where a sum of two convolutions has the same result.
 */
final class Generator {
  // The sum of the blur's kernel behind an enlargement; means have a sum of 1.
  private static final int BLUR_GAIN = 4;

  private final Operators operators;
  private final Weights weights;
  private final Architecture architecture;
  private final Banding banding;
  private final Encoder encoder;
  private final Winograd winograd;
  private final Map<String, Style> styles;
  private final String perChannel;

  private Generator(
      Operators operators,
      Weights weights,
      Architecture architecture,
      Banding banding,
      Encoder encoder,
      Map<String, Style> styles) {
    this.operators = operators;
    this.weights = weights;
    this.architecture = architecture;
    this.banding = banding;
    this.encoder = encoder;
    this.winograd = new Winograd(operators);
    this.styles = styles;
    this.perChannel = operators.integers("shape.per_channel", 0, -1, 1, 1);
  }

  /**
   * Writes the generator.
   *
   * @param w {@code [N,512]}
   * @return float32 {@code [N,3,S,S]}, nominally in −1…1
   */
  static Bands write(
      Operators operators,
      Weights weights,
      Architecture architecture,
      Banding banding,
      Encoder encoder,
      String w) {
    List<String> layers = new ArrayList<>();
    for (int level = 0; level < architecture.levels(); level++) {
      if (level > 0) {
        layers.add(LayerNames.upsampling(level));
      }
      layers.add(LayerNames.convolution(level));
      layers.add(LayerNames.toRgb(level));
    }
    Map<String, Style> styles = new Modulations(operators, weights, layers).write(w);
    return new Generator(operators, weights, architecture, banding, encoder, styles).image();
  }

  /** The result of a resolution: both halves of its last layer, and the image so far. */
  private record Level(Bands restored, Bands noise, Bands image) {}

  private Bands image() {
    Level level = base();
    for (int i = 1; i < architecture.levels(); i++) {
      level = above(level, i);
    }
    return level.image();
  }

  private Level base() {
    int channels = architecture.channels().get(0);
    Rows all = new Rows(0, Architecture.BASE, Architecture.BASE);
    Layer layer = layer(LayerNames.convolution(0), 0, channels);
    String input =
        operators.weight(
            "generator.input.input",
            weights.stored("generator.input.input"),
            1,
            channels,
            Architecture.BASE,
            Architecture.BASE);
    String convolved =
        operators.convolve(
            layer.name() + ".convolved",
            operators.node("Mul", layer.name() + ".styled", input, layer.factors()),
            new Window(1, 1, 1, 1, 1),
            operators.weight(
                layer.name() + ".conv.weight", layer.weight(), channels, channels, 3, 3));
    String restored = activated(layer, convolved, all);
    String noise = noise(layer, all);
    String image = imageLayer(0).lowest(restored, noise, all);
    int rows = all.count();
    return new Level(
        Bands.whole(restored, rows), Bands.whole(noise, rows), Bands.whole(image, rows));
  }

  private Level above(Level below, int level) {
    int size = architecture.size(level);
    int rowsOfBand = banding.rows(size);
    Layer enlarging =
        layer(LayerNames.upsampling(level), level, 2 * architecture.channels().get(level - 1));
    Layer convolving =
        layer(LayerNames.convolution(level), level, 2 * architecture.channels().get(level));
    Halves styles = halves(convolving);
    weights.requireEnlargingBlur(enlarging.name() + ".conv.blur.kernel");
    ImageLayer imageLayer = imageLayer(level);
    List<String> restored = new ArrayList<>();
    List<String> noise = new ArrayList<>();
    List<String> images = new ArrayList<>();
    for (Rows rows : Rows.bands(rowsOfBand, size)) {
      Rows around = rows.widened(1, 1);
      String enlarged = activated(enlarging, enlarged(enlarging, below, around), around);
      String enlargedNoise = noise(enlarging, around);
      String convolved = convolved(convolving, styles, enlarged, enlargedNoise, rows);
      restored.add(activated(convolving, convolved, rows));
      noise.add(noise(convolving, rows));
      images.add(imageLayer.above(below.image(), last(restored), last(noise), rows));
    }
    return new Level(
        new Bands(restored, rowsOfBand),
        new Bands(noise, rowsOfBand),
        new Bands(images, rowsOfBand));
  }

  private ImageLayer imageLayer(int level) {
    Style style = styles.get(LayerNames.toRgb(level));
    return new ImageLayer(operators, weights, level, style, architecture.channels().get(level));
  }

  private static String last(List<String> values) {
    return values.get(values.size() - 1);
  }

  /**
   * A modulated convolution of 3×3.
   *
   * @param weight {@code [O,I,3,3]}
   * @param factors of the input's channels, {@code [N,I,1,1]}
   * @param demodulation of the output's channels, times √2, {@code [N,O,1,1]}
   * @param bias of both halves, times √2
   */
  private record Layer(
      String name,
      int level,
      int in,
      int out,
      Supplier<float[]> weight,
      String factors,
      String demodulation,
      Supplier<float[]> bias) {}

  private Layer layer(String name, int level, int in) {
    int out = architecture.channels().get(level);
    ModulatedWeight weight =
        operators.isHalf()
            ? ModulatedWeight.ofUnitRows(weights, name, in, out)
            : ModulatedWeight.asStored(weights, name, in, out);
    Style style = styles.get(name);
    return new Layer(
        name,
        level,
        in,
        out,
        weight::values,
        factors(style.factors()),
        factors(demodulation(name, style, weight, in, out)),
        () -> weights.scaled(name + ".activate.bias", Operators.GAIN));
  }

  /** One value for the restored features and one for the encoder's. */
  private record Halves(String restored, String noise) {}

  private Halves halves(Layer layer) {
    List<String> names = List.of(layer.factors() + ".restored", layer.factors() + ".noise");
    int half = layer.in() / 2;
    operators.split(
        names, layer.factors(), 1, operators.integers(layer.name() + ".halves", half, half));
    return new Halves(names.get(0), names.get(1));
  }

  private String convolved(Layer layer, Halves factors, String restored, String noise, Rows rows) {
    if (!operators.isHalf() && Winograd.pays(layer.in(), layer.out(), rows.size())) {
      String joined =
          operators.join(rows.name(layer.name() + ".joined"), 1, List.of(restored, noise));
      return winograd.convolve(
          layer.name(),
          operators.node("Mul", rows.name(layer.name() + ".styled"), joined, layer.factors()),
          layer.weight(),
          layer.in(),
          layer.out(),
          rows);
    }
    return operators.node(
        "Add",
        rows.name(layer.name() + ".convolved"),
        convolvedHalf(layer, ".restored", 0, restored, factors.restored(), rows),
        convolvedHalf(layer, ".noise", layer.in() / 2, noise, factors.noise(), rows));
  }

  private String convolvedHalf(
      Layer layer, String half, int first, String value, String factors, Rows rows) {
    int in = layer.in() / 2;
    return operators.convolve(
        rows.name(layer.name() + half + ".convolved"),
        operators.node("Mul", rows.name(layer.name() + half + ".styled"), value, factors),
        new Window(1, rows.missingAbove(1), rows.missingBelow(1), 1, 1),
        operators.weight(
            layer.name() + ".conv.weight" + half,
            () -> inputs(layer, first, in),
            layer.out(),
            in,
            3,
            3));
  }

  /**
   * A transposed convolution and the blur after it. The kernel 1-3-3-1 of the blur is the mean of
   * two neighbours, three times in a row.
   */
  private String enlarged(Layer layer, Level below, Rows rows) {
    Rows source =
        new Rows(
            Math.max(Math.floorDiv(rows.from() - 2, 2), 0),
            Math.min(Math.floorDiv(rows.to() + 1, 2) + 1, rows.size() / 2),
            rows.size() / 2);
    Rows wanted = new Rows(rows.from(), rows.to() + 1, rows.size() + 1).widened(1, 1);
    String joined =
        operators.join(
            rows.name(layer.name() + ".joined"),
            1,
            List.of(
                below.restored().window(operators, source),
                below.noise().window(operators, source)));
    String value =
        operators.enlarge(
            rows.name(layer.name() + ".enlarged"),
            operators.node("Mul", rows.name(layer.name() + ".styled"), joined, layer.factors()),
            new Window(
                2, wanted.from() - 2 * source.from(), 2 * source.to() + 1 - wanted.to(), 0, 1),
            operators.weight(
                layer.name() + ".conv.weight",
                () -> transposed(layer),
                layer.in(),
                layer.out(),
                3,
                3));
    int top = rows.missingAbove(1);
    int bottom = rows.missingBelow(1);
    for (int i = 0; i < 3; i++) {
      value =
          operators.average(
              rows.name(layer.name() + ".blurred_" + i),
              value,
              i == 0 ? top : 0,
              i == 0 ? bottom : 0,
              i == 0 ? 1 : 0);
    }
    return value;
  }

  private String activated(Layer layer, String convolved, Rows rows) {
    String demodulated =
        operators.node(
            "Mul", rows.name(layer.name() + ".demodulated"), convolved, layer.demodulation());
    String biased =
        operators.node(
            "Add",
            rows.name(layer.name() + ".biased"),
            demodulated,
            operators.weight(
                layer.name() + ".bias",
                () -> Arrays.copyOf(layer.bias().get(), layer.out()),
                1,
                layer.out(),
                1,
                1));
    return operators.activate(rows.name(layer.name()), biased);
  }

  /** The encoder's features, scaled and with their bias, in one depthwise convolution. */
  private String noise(Layer layer, Rows rows) {
    int channels = layer.out();
    String weight = layer.name() + ".noise.weight";
    return operators.activate(
        rows.name(layer.name() + ".noise"),
        operators.convolve(
            rows.name(layer.name() + ".noise.scaled"),
            encoder.features(layer.level(), rows),
            new Window(1, 0, 0, 0, channels),
            operators.weight(
                weight,
                () -> Weights.repeated(weights.scaled(weight, Operators.GAIN)[0], channels),
                channels,
                1,
                1,
                1),
            operators.weight(
                layer.name() + ".noise.bias",
                () -> Arrays.copyOfRange(layer.bias().get(), channels, 2 * channels),
                channels)));
  }

  /** d·√2, {@code [N,O]}. The factor √2 is the activation's. */
  private String demodulation(String layer, Style style, ModulatedWeight weight, int in, int out) {
    String prefix = layer + ".demodulation";
    // Halved, so that the root of the reciprocal is √2 times as large.
    String sum =
        operators.linear(
            prefix + ".sum",
            operators.node("Mul", prefix + ".squares", style.stored(), style.stored()),
            operators.exact(prefix + ".weight", weight.halfSquares(), out, in),
            operators.exact(prefix + ".epsilon", weight.halfEpsilons(), out));
    String factors =
        operators.node("Reciprocal", prefix, operators.node("Sqrt", prefix + ".norm", sum));
    return style.scale() == null
        ? factors
        : operators.node(
            "Min",
            prefix + ".limited",
            operators.node("Mul", prefix + ".scaled", factors, style.scale()),
            operators.exact("demodulation.largest", Operators.LARGEST_HALF));
  }

  private String factors(String vector) {
    return operators.toArithmetic(
        operators.node("Reshape", vector + ".per_channel", vector, perChannel));
  }

  /** From {@code [O,I,3,3]} to {@code [I,O,3,3]}, times the factor that the means lack. */
  private static float[] transposed(Layer layer) {
    int kernel = 9;
    float[] weight = layer.weight().get();
    float[] transposed = new float[weight.length];
    for (int o = 0; o < layer.out(); o++) {
      for (int i = 0; i < layer.in(); i++) {
        for (int k = 0; k < kernel; k++) {
          transposed[(i * layer.out() + o) * kernel + k] =
              BLUR_GAIN * weight[(o * layer.in() + i) * kernel + k];
        }
      }
    }
    return transposed;
  }

  /** The weights of some input channels. */
  private static float[] inputs(Layer layer, int first, int count) {
    int kernel = 9;
    float[] weight = layer.weight().get();
    float[] some = new float[layer.out() * count * kernel];
    for (int o = 0; o < layer.out(); o++) {
      System.arraycopy(
          weight, (o * layer.in() + first) * kernel, some, o * count * kernel, count * kernel);
    }
    return some;
  }
}
