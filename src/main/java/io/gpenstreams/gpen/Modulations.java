package io.gpenstreams.gpen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The styles of all layers: one factor per input channel. All come from the same w, so one matrix
 * product computes them.
 */
final class Modulations {
  private final Operators operators;
  private final Weights weights;
  private final List<String> layers;

  Modulations(Operators operators, Weights weights, List<String> layers) {
    this.operators = operators;
    this.weights = weights;
    this.layers = layers;
  }

  /**
   * Writes the styles.
   *
   * @param w {@code [N,512]}
   * @return by layer
   */
  Map<String, Style> write(String w) {
    List<String> names = new ArrayList<>();
    List<float[]> matrices = new ArrayList<>();
    List<float[]> biases = new ArrayList<>();
    for (String layer : layers) {
      names.add(layer + ".style");
      matrices.add(weights.equalised(layer + ".conv.modulation.weight", 1));
      biases.add(weights.stored(layer + ".conv.modulation.bias"));
    }
    float[] bias = joined(biases);
    String styles =
        operators.linear(
            "styles",
            w,
            operators.vectorWeight(
                "modulation.weight", joined(matrices), bias.length, Architecture.STYLE),
            operators.vectorWeight("modulation.bias", bias, bias.length));
    operators.split(
        names,
        styles,
        1,
        operators.integers(
            "modulation.sizes", biases.stream().mapToLong(values -> values.length).toArray()));
    Map<String, Style> byLayer = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      byLayer.put(layers.get(i), style(layers.get(i), names.get(i)));
    }
    return byLayer;
  }

  /**
   * In float16 the factors are divided by the largest of them, because trained styles exceed the
   * range. A factor after the convolution compensates that.
   */
  private Style style(String layer, String stored) {
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

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int end = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, end, part.length);
      end += part.length;
    }
    return all;
  }
}
