package io.gpenstreams.gpen;

import io.gpenstreams.gpen.Operators.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the features of one image at every resolution, with as few passes over memory as
 * possible.
 */
final class GpuEncoder {
  private static final int BLUR_PADDING = 2;

  private final Operators operators;
  private final Weights weights;
  private final Architecture architecture;

  private GpuEncoder(Operators operators, Weights weights, Architecture architecture) {
    this.operators = operators;
    this.weights = weights;
    this.architecture = architecture;
  }

  /**
   * Writes the encoder.
   *
   * @param image {@code [1,3,S,S]}
   * @param range the range of its values
   * @return the features by level, {@code [1,C,S,S]}
   */
  static List<String> write(
      Operators operators,
      Weights weights,
      Architecture architecture,
      String image,
      PixelRange range) {
    GpuEncoder encoder = new GpuEncoder(operators, weights, architecture);
    List<String> features = new ArrayList<>();
    features.add(encoder.largest(image, range));
    for (int level = architecture.levels() - 2; level >= 0; level--) {
      features.add(0, encoder.reduced(features.get(0), level));
    }
    return features;
  }

  /**
   * The weights include the normalisation. The bias corrects the effect of their rounding at the
   * middle of the range.
   */
  private String largest(String image, PixelRange range) {
    String weight = "ecd0.0.0.weight";
    String bias = "ecd0.0.1.bias";
    int rgb = 3;
    int channels = architecture.channels().get(architecture.levels() - 1);
    float[] scaled = weights.equalised(weight, Operators.GAIN / range.half());
    float[] shifted = weights.scaled(bias, Operators.GAIN);
    for (int i = 0; i < scaled.length; i++) {
      shifted[i / rgb] -= (float) (range.middle() * operators.rounded(scaled[i]));
    }
    String output = "features_" + architecture.size();
    return operators.activate(
        output,
        operators.convolve(
            output + ".convolved",
            image,
            new Window(1, 0, 0, 0, 1),
            operators.weight(weight, scaled, channels, rgb, 1, 1),
            operators.weight(bias, shifted, channels)));
  }

  private String reduced(String above, int level) {
    int size = architecture.size(level);
    int in = architecture.channels().get(level + 1);
    int out = architecture.channels().get(level);
    String prefix = "ecd" + (architecture.levels() - 1 - level) + ".0.";
    String output = "features_" + size;
    String bias =
        operators.weight(
            prefix + "2.bias", () -> weights.scaled(prefix + "2.bias", Operators.GAIN), out);
    String convolved =
        Passes.pays(2 * size)
            ? operators.convolve(
                output + ".convolved",
                above,
                new Window(2, BLUR_PADDING, BLUR_PADDING, BLUR_PADDING, 1),
                operators.weight(prefix + "1.weight", () -> withBlur(prefix), out, in, 6, 6),
                bias)
            : operators.convolve(
                output + ".convolved",
                blurred(above, prefix, in),
                new Window(2, 0, 0, 0, 1),
                operators.weight(prefix + "1.weight", () -> weight(prefix), out, in, 3, 3),
                bias);
    return operators.activate(output, convolved);
  }

  private String blurred(String above, String prefix, int channels) {
    String kernel = prefix + "0.kernel";
    return operators.convolve(
        prefix + "blurred",
        above,
        new Window(1, BLUR_PADDING, BLUR_PADDING, BLUR_PADDING, channels),
        operators.weight(
            kernel,
            () -> weights.blur(kernel, channels),
            channels,
            1,
            Architecture.BLUR,
            Architecture.BLUR));
  }

  private float[] withBlur(String prefix) {
    return Kernels.composed(
        weight(prefix), 3, weights.blur(prefix + "0.kernel", 1), Architecture.BLUR);
  }

  private float[] weight(String prefix) {
    return weights.equalised(prefix + "1.weight", Operators.GAIN);
  }
}
