package io.gpenstreams.gpen;

import java.util.Map;

/** Computes the latent vector w from the encoder's smallest features. */
final class StyleNetwork {
  private static final double LEARNING_RATE = 0.01;
  private static final double EPSILON = 1e-8;

  private final Operators operators;
  private final Weights weights;

  StyleNetwork(Operators operators, Weights weights) {
    this.operators = operators;
    this.weights = weights;
  }

  /**
   * Writes the network.
   *
   * @param features {@code [N,C,4,4]}
   * @return float32 {@code [N,512]}
   */
  String write(String features) {
    String flat = operators.node("Flatten", "flat", operators.toFloat(features));
    String value = pixelNorm(linear("final_linear.0", flat, 1));
    for (int i = 1; i <= Architecture.STYLE_LAYERS; i++) {
      value = linear("generator.style." + i, value, LEARNING_RATE);
    }
    return value;
  }

  private String linear(String prefix, String value, double learningRate) {
    double factor = learningRate * Operators.GAIN;
    String weight = prefix + ".weight";
    String bias = prefix + ".bias";
    long in = weights.shape(weight).get(1);
    return operators.activate(
        prefix,
        operators.linear(
            prefix + ".linear",
            value,
            operators.vectorWeight(
                weight, weights.equalised(weight, factor), Architecture.STYLE, in),
            operators.vectorWeight(bias, weights.scaled(bias, factor), Architecture.STYLE)));
  }

  /** x / √(mean(x²) + ε). */
  private String pixelNorm(String value) {
    String mean =
        operators.node(
            "ReduceMean",
            "pixel_norm.mean",
            Map.of("axes", new long[] {1}, "keepdims", 1L),
            operators.node("Mul", "pixel_norm.squares", value, value));
    String norm =
        operators.node(
            "Sqrt",
            "pixel_norm.norm",
            operators.node(
                "Add", "pixel_norm.sum", mean, operators.exact("pixel_norm.epsilon", EPSILON)));
    return operators.node("Div", "pixel_norm", value, norm);
  }
}
