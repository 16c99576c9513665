package io.gpenstreams.gpen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * From features and latent vector to the restored image.
 *
 * <p>A modulated convolution's weights are W[o,i,k]·s[i]·d[o], with the style s and d[o] =
 * 1/√(Σ(W[o,i,k]·s[i])² + ε) different for every image. Here W stays constant: s multiplies the
 * input and d the output, so that one convolution serves a batch of any size.
 */
final class Generator {
  private static final double EPSILON = 1e-8;
  private static final int RGB = 3;

  private final Operators operators;
  private final Weights weights;
  private final Architecture architecture;
  private final List<String> features;
  private final Map<String, String> styles;
  private final String perChannel;
  private final String perInputChannel;
  private final String flatPixels;

  private Generator(
      Operators operators,
      Weights weights,
      Architecture architecture,
      List<String> features,
      Map<String, String> styles) {
    this.operators = operators;
    this.weights = weights;
    this.architecture = architecture;
    this.features = features;
    this.styles = styles;
    this.perChannel = operators.integers("shape.per_channel", 0, -1, 1, 1);
    this.perInputChannel = operators.integers("shape.per_input_channel", 0, 1, -1);
    this.flatPixels = operators.integers("shape.flat_pixels", 0, 0, -1);
  }

  /**
   * Writes it.
   *
   * @param features by level
   * @param w {@code [N,512]}
   * @return float32 {@code [N,3,S,S]}, nominally in −1…1
   */
  static String write(
      Operators operators,
      Weights weights,
      Architecture architecture,
      List<String> features,
      String w) {
    List<String> layers = new ArrayList<>();
    for (int level = 0; level < architecture.levels(); level++) {
      if (level > 0) {
        layers.add(Names.upsampling(level));
      }
      layers.add(Names.convolution(level));
      layers.add(Names.toRgb(level));
    }
    Map<String, String> styles = new Modulations(operators, weights, layers).write(w);
    return new Generator(operators, weights, architecture, features, styles).image();
  }

  private String image() {
    int base = architecture.channels().get(0);
    String input =
        operators.weight(
            "generator.input.input",
            weights.stored("generator.input.input"),
            1,
            base,
            Architecture.BASE,
            Architecture.BASE);
    String value = layer(Names.convolution(0), input, base, 0, false);
    String image = firstImage(value);
    for (int level = 1; level < architecture.levels(); level++) {
      int below = 2 * architecture.channels().get(level - 1);
      int here = 2 * architecture.channels().get(level);
      value = layer(Names.upsampling(level), value, below, level, true);
      value = layer(Names.convolution(level), value, here, level, false);
      image = nextImage(value, level, image);
    }
    return image;
  }

  /** A modulated convolution joined by the encoder's features. */
  private String layer(String layer, String value, int in, int level, boolean upsampling) {
    int out = architecture.channels().get(level);
    float[] weight = weights.equalised(layer + ".conv.weight", 1);
    Style style = style(layer);
    String styled = operators.node("Mul", layer + ".styled", value, factors(style.factors()));
    String convolved =
        upsampling
            ? upsample(layer, styled, weight, in, out)
            : operators.convolve(
                layer + ".convolved",
                styled,
                1,
                operators.weight(layer + ".conv.weight", weight, out, in, 3, 3));
    String demodulated =
        operators.node(
            "Mul",
            layer + ".demodulated",
            convolved,
            factors(demodulation(layer, style, weight, in, out)));
    float[] bias = weights.scaled(layer + ".activate.bias", Operators.GAIN);
    String biased =
        operators.node(
            "Add",
            layer + ".biased",
            demodulated,
            operators.weight(layer + ".bias", Arrays.copyOf(bias, out), 1, out, 1, 1));
    return operators.node(
        "Concat",
        layer,
        Map.of("axis", 1L),
        operators.activate(layer + ".activated", biased),
        noise(layer, Arrays.copyOfRange(bias, out, 2 * out), level));
  }

  private String upsample(String layer, String styled, float[] weight, int in, int out) {
    String enlarged =
        operators.enlarge(
            layer + ".enlarged",
            styled,
            0,
            1,
            operators.weight(layer + ".conv.weight", transposed(weight, in, out), in, out, 3, 3));
    String kernel = layer + ".conv.blur.kernel";
    return operators.convolveChannels(
        layer + ".convolved",
        enlarged,
        1,
        out,
        operators.weight(kernel, weights.blur(kernel, out), out, 1, 4, 4));
  }

  /** Scaled features of the encoder with their bias, in one depthwise convolution. */
  private String noise(String layer, float[] bias, int level) {
    int channels = bias.length;
    float scale = weights.scaled(layer + ".noise.weight", Operators.GAIN)[0];
    return operators.activate(
        layer + ".noise",
        operators.convolveChannels(
            layer + ".noise.scaled",
            features.get(level),
            0,
            channels,
            operators.weight(
                layer + ".noise.weight", Weights.repeated(scale, channels), channels, 1, 1, 1),
            operators.weight(layer + ".noise.bias", bias, channels)));
  }

  private String firstImage(String value) {
    String bias = Names.toRgb(0) + ".bias";
    return operators.node(
        "Add",
        "image_" + architecture.size(0),
        toRgb(value, 0),
        operators.exact(bias, weights.stored(bias), 1, RGB, 1, 1));
  }

  private String nextImage(String value, int level, String image) {
    String layer = Names.toRgb(level);
    String kernel = layer + ".upsample.kernel";
    String enlarged =
        operators.enlarge(
            layer + ".enlarged",
            image,
            1,
            RGB,
            operators.exact(kernel, weights.kernels(kernel, RGB), RGB, 1, 4, 4),
            operators.exact(layer + ".bias", weights.stored(layer + ".bias"), RGB));
    return operators.node(
        "Add", "image_" + architecture.size(level), toRgb(value, level), enlarged);
  }

  /**
   * The modulated 1×1 convolution as a matrix product, which spares a pass over its large input.
   */
  private String toRgb(String value, int level) {
    String layer = Names.toRgb(level);
    int size = architecture.size(level);
    int in = 2 * architecture.channels().get(level);
    Style style = style(layer);
    String modulated =
        operators.node(
            "Mul",
            layer + ".modulated",
            operators.exact(
                layer + ".conv.weight", weights.equalised(layer + ".conv.weight", 1), 1, RGB, in),
            operators.node(
                "Reshape", layer + ".style.per_input_channel", style.factors(), perInputChannel));
    String product =
        operators.toFloat(
            operators.node(
                "MatMul",
                layer + ".product",
                operators.toArithmetic(modulated),
                operators.node("Reshape", layer + ".pixels", value, flatPixels)));
    String rgb =
        operators.node(
            "Reshape",
            layer + ".rgb",
            product,
            operators.integers(layer + ".shape", 0, RGB, size, size));
    return style.scale() == null
        ? rgb
        : operators.node(
            "Mul",
            layer,
            rgb,
            operators.node("Reshape", layer + ".scale.per_image", style.scale(), perChannel));
  }

  /** d·√2 {@code [N,O]}, since the activation's factor has to go somewhere. */
  private String demodulation(String layer, Style style, float[] weight, int in, int out) {
    String prefix = layer + ".demodulation";
    // Halved, so that the root of the reciprocal is √2 times as large.
    String sum =
        operators.linear(
            prefix + ".sum",
            operators.node("Mul", prefix + ".squares", style.stored(), style.stored()),
            operators.exact(prefix + ".weight", halfSquares(weight, in, out), out, in),
            operators.exact(
                prefix + ".epsilon", Weights.repeated((float) (EPSILON / 2), out), out));
    String factors =
        operators.node("Reciprocal", prefix, operators.node("Sqrt", prefix + ".norm", sum));
    return style.scale() == null
        ? factors
        : operators.node("Mul", prefix + ".scaled", factors, style.scale());
  }

  private String factors(String vector) {
    return operators.toArithmetic(
        operators.node("Reshape", vector + ".per_channel", vector, perChannel));
  }

  /**
   * A layer's style. In float16 the factors are divided by the largest of them, which has to be
   * made good behind the convolution: trained styles would exceed the range.
   */
  private Style style(String layer) {
    String stored = styles.get(layer);
    if (!operators.isHalf()) {
      return new Style(stored, stored, null);
    }
    String largest =
        operators.node(
            "ReduceMax",
            layer + ".style.largest",
            Map.of("axes", new long[] {1}, "keepdims", 1L),
            operators.node("Abs", layer + ".style.magnitude", stored));
    String scale =
        operators.node(
            "Max",
            layer + ".style.scale",
            largest,
            operators.exact(layer + ".style.least_scale", Float.MIN_NORMAL));
    return new Style(
        stored, operators.node("Div", layer + ".style.normalised", stored, scale), scale);
  }

  /** From {@code [O,I,k,k]} to {@code [I,O,k,k]}. */
  private static float[] transposed(float[] weight, int in, int out) {
    int kernel = weight.length / (in * out);
    float[] transposed = new float[weight.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        System.arraycopy(weight, (o * in + i) * kernel, transposed, (i * out + o) * kernel, kernel);
      }
    }
    return transposed;
  }

  /** Half of Σ W² over the kernel, {@code [O,I]}. */
  private static float[] halfSquares(float[] weight, int in, int out) {
    int kernel = weight.length / (in * out);
    float[] squares = new float[in * out];
    for (int i = 0; i < squares.length; i++) {
      double sum = 0;
      for (int k = 0; k < kernel; k++) {
        double value = weight[i * kernel + k];
        sum += value * value;
      }
      squares[i] = (float) (sum / 2);
    }
    return squares;
  }

  /**
   * A layer's style, float32.
   *
   * @param stored as the formula has it, {@code [N,C]}
   * @param factors to multiply inputs with: stored / scale
   * @param scale {@code [N,1]}, or null where it is 1
   */
  private record Style(String stored, String factors, String scale) {}
}
