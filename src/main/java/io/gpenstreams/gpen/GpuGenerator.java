package io.gpenstreams.gpen;

import io.gpenstreams.gpen.Operators.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Computes one restored image from the features and the latent vector. Memory traffic bounds the
 * speed on a GPU. So each layer is a convolution with constant weights, a join with the encoder's
 * features, and two passes for everything that {@link GpuStyles} describes.
 */
final class GpuGenerator {
  private static final int RGB = 3;
  private static final int KERNEL = 3;

  private final Operators operators;
  private final Weights weights;
  private final Architecture architecture;
  private final List<String> features;
  private final GpuStyles styles;
  private final PixelRange range;

  private GpuGenerator(
      Operators operators,
      Weights weights,
      Architecture architecture,
      List<String> features,
      GpuStyles styles,
      PixelRange range) {
    this.operators = operators;
    this.weights = weights;
    this.architecture = architecture;
    this.features = features;
    this.styles = styles;
    this.range = range;
  }

  /**
   * Writes the generator.
   *
   * @param features of the encoder, by level
   * @param w {@code [1,512]}
   * @param range of the image's values
   * @param rounding a constant that is added to the image, so that a later cast rounds
   * @return the image with its channels last, {@code [1,S,S,3]}, at the graph's precision
   */
  static String write(
      Operators operators,
      Weights weights,
      Architecture architecture,
      List<String> features,
      String w,
      PixelRange range,
      double rounding) {
    GpuStyles styles = GpuStyles.write(operators, weights, architecture, w, range.half());
    return new GpuGenerator(operators, weights, architecture, features, styles, range)
        .image(range.middle() + rounding);
  }

  private String image(double offset) {
    int last = architecture.levels() - 1;
    String value = input(LayerNames.upsampling(1), 0, base());
    String image = biased(0, product(0, "", value, styles.toRgb(0)), 0);
    for (int level = 1; level < last; level++) {
      value = input(LayerNames.upsampling(level + 1), level, convolved(level, value));
      String product = product(level, "", value, styles.toRgb(level));
      image = biased(level, sum(level, enlarged(image, level), product), 0);
    }
    return biased(last, lastSum(last, enlarged(image, last), value), offset);
  }

  private String base() {
    int channels = architecture.channels().get(0);
    String layer = LayerNames.convolution(0);
    String input =
        operators.weight(
            "generator.input.input",
            weights.stored("generator.input.input"),
            1,
            channels,
            Architecture.BASE,
            Architecture.BASE);
    return convolution(
        layer, operators.node("Mul", layer + ".input", input, styles.first()), channels, channels);
  }

  /** The result of a level's two layers, before the second layer's demodulation. */
  private String convolved(int level, String below, String... bias) {
    int channels = architecture.channels().get(level);
    String layer = LayerNames.convolution(level);
    return convolution(
        layer, input(layer, level, larger(level, below)), 2 * channels, channels, bias);
  }

  private String convolution(String layer, String value, int in, int out, String... bias) {
    String[] weightAndBias = new String[1 + bias.length];
    weightAndBias[0] =
        operators.weight(
            layer + ".conv.weight", () -> styles.normalised(layer), out, in, KERNEL, KERNEL);
    System.arraycopy(bias, 0, weightAndBias, 1, bias.length);
    return operators.convolve(
        layer + ".convolved", value, new Window(1, 1, 1, 1, 1), weightAndBias);
  }

  /** A layer's input, from the result of the layer before it at the same level. */
  private String input(String layer, int level, String convolved) {
    return styles.input(
        layer,
        operators.join(layer + ".joined", 1, List.of(convolved, features.get(level))),
        2 * architecture.channels().get(level));
  }

  /** A transposed convolution and the blur after it. */
  private String larger(int level, String below) {
    String layer = LayerNames.upsampling(level);
    String kernel = layer + ".conv.blur.kernel";
    weights.requireEnlargingBlur(kernel);
    int in = 2 * architecture.channels().get(level - 1);
    int out = architecture.channels().get(level);
    if (Passes.pays(architecture.size(level))) {
      return transposed(
          layer + ".convolved",
          below,
          2,
          layer + ".conv.weight",
          () ->
              Kernels.transposed(
                  Kernels.composed(
                      styles.normalised(layer), KERNEL, weights.stored(kernel), Architecture.BLUR),
                  out,
                  in),
          in,
          out,
          KERNEL + Architecture.BLUR - 1);
    }
    String enlarged =
        transposed(
            layer + ".enlarged",
            below,
            0,
            layer + ".conv.weight",
            () -> Kernels.transposed(styles.normalised(layer), out, in),
            in,
            out,
            KERNEL);
    return operators.convolve(
        layer + ".convolved",
        enlarged,
        new Window(1, 1, 1, 1, out),
        operators.weight(
            kernel, () -> weights.blur(kernel, out), out, 1, Architecture.BLUR, Architecture.BLUR));
  }

  /**
   * Doubles the side. There is no bias, because ONNX Runtime's fused plans do not support one here.
   */
  private String transposed(
      String output,
      String value,
      int cut,
      String weight,
      Supplier<float[]> values,
      int in,
      int out,
      int side) {
    return operators.enlarge(
        output,
        value,
        new Window(2, cut, cut, cut, 1),
        operators.weight(weight, values, in, out, side, side));
  }

  /** Only RGB follows the last level, so its halves need not be joined. */
  private String lastSum(int level, String image, String below) {
    String layer = LayerNames.convolution(level);
    int channels = architecture.channels().get(level);
    String restored = operators.activate(layer, convolved(level, below, styles.lastShift()));
    String noise = operators.activate(layer + ".noise", noise(layer, level));
    String toRgb = styles.toRgb(level);
    List<String> halves = List.of(toRgb + ".of_restored", toRgb + ".of_noise");
    operators.split(halves, toRgb, 0, operators.integers("last.halves", channels, channels));
    return sum(
        level,
        image,
        product(level, ".restored", restored, halves.get(0)),
        product(level, ".noise", noise, halves.get(1)));
  }

  /** The encoder's features, scaled and with their bias. */
  private String noise(String layer, int level) {
    int channels = architecture.channels().get(level);
    String weight = layer + ".noise.weight";
    return operators.convolve(
        layer + ".noise.scaled",
        features.get(level),
        new Window(1, 0, 0, 0, 1),
        operators.weight(
            weight,
            () -> Kernels.diagonal(channels, weights.scaled(weight, Operators.GAIN)),
            channels,
            channels,
            1,
            1),
        operators.weight(
            layer + ".noise.bias",
            () ->
                Arrays.copyOfRange(
                    weights.scaled(layer + ".activate.bias", Operators.GAIN),
                    channels,
                    2 * channels),
            channels));
  }

  /** The RGB values of some features, {@code [1,S,S,3]}. */
  private String product(int level, String suffix, String value, String matrix) {
    String name = LayerNames.toRgb(level) + suffix;
    return operators.node(
        "MatMul", name + ".rgb", operators.channelsLast(name + ".pixels", value), matrix);
  }

  private String sum(int level, String... parts) {
    return operators.node("Sum", LayerNames.toRgb(level) + ".sum", parts);
  }

  private String biased(int level, String image, double offset) {
    String bias = LayerNames.toRgb(level) + ".bias";
    float[] values = weights.scaled(bias, range.half());
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) offset;
    }
    return operators.node(
        "Add", "image_" + architecture.size(level), image, operators.weight(bias, values, RGB));
  }

  /**
   * Inserting zeros between pixels and blurring is a transposed convolution with the blur's kernel.
   */
  private String enlarged(String image, int level) {
    String layer = LayerNames.toRgb(level);
    String kernel = layer + ".upsample.kernel";
    weights.requireEnlargingBlur(kernel);
    String planes =
        operators.node(
            "Transpose", layer + ".planes", Map.of("perm", new long[] {0, 3, 1, 2}), image);
    return operators.channelsLast(
        layer + ".below",
        transposed(
            layer + ".enlarged",
            planes,
            1,
            "image.enlarging",
            () -> Kernels.diagonal(RGB, weights.stored(kernel)),
            RGB,
            RGB,
            Architecture.BLUR));
  }
}
