package io.gpenstreams.gpen;

import java.util.List;
import java.util.Map;

/**
 * The part of the image that one resolution adds: a modulated 1×1 convolution of its features to
 * RGB, without demodulation, as matrix products over the halves of the features. It is summed with
 * the enlarged image so far, in float32.
 */
final class ImageLayer {
  private static final int RGB = 3;

  private final Operators operators;
  private final Weights weights;
  private final String layer;
  // The weights of each half, {@code [N,3,C]}.
  private final String restoredMatrix;
  private final String noiseMatrix;
  // To multiply the result with, {@code [N,1,1,1]}, or null where it is 1.
  private final String scale;

  /**
   * Writes the part that all bands of a resolution share.
   *
   * @param channels of either half of the features
   */
  ImageLayer(Operators operators, Weights weights, int level, Style style, int channels) {
    this.operators = operators;
    this.weights = weights;
    this.layer = LayerNames.toRgb(level);
    if (level > 0) {
      weights.requireEnlargingBlur(layer + ".upsample.kernel");
    }
    String modulated =
        operators.toArithmetic(
            operators.node(
                "Mul",
                layer + ".modulated",
                operators.exact(
                    layer + ".conv.weight",
                    weights.equalised(layer + ".conv.weight", 1),
                    1,
                    RGB,
                    2L * channels),
                operators.node(
                    "Reshape",
                    layer + ".style.per_input_channel",
                    style.factors(),
                    operators.integers("shape.per_input_channel", 0, 1, -1))));
    this.restoredMatrix = modulated + ".restored";
    this.noiseMatrix = modulated + ".noise";
    operators.split(
        List.of(restoredMatrix, noiseMatrix),
        modulated,
        2,
        operators.integers(layer + ".halves", channels, channels));
    this.scale =
        style.scale() == null
            ? null
            : operators.node(
                "Reshape",
                layer + ".scale.per_image",
                style.scale(),
                operators.integers("shape.per_channel", 0, -1, 1, 1));
  }

  /** The image of the lowest resolution, {@code [N,3,rows,S]}. */
  String lowest(String restored, String noise, Rows rows) {
    return operators.node(
        "Add", rows.name("image_" + rows.size()), rgb(restored, noise, rows), bias());
  }

  /**
   * The image of a higher resolution, {@code [N,3,rows,S]}.
   *
   * @param below the image of the resolution below
   */
  String above(Bands below, String restored, String noise, Rows rows) {
    return operators.node(
        "Add",
        rows.name("image_" + rows.size()),
        enlarged(below, rows),
        rgb(restored, noise, rows));
  }

  private String rgb(String restored, String noise, Rows rows) {
    String sum =
        operators.toFloat(
            operators.node(
                "Add",
                rows.name(layer + ".product"),
                product(".restored", restoredMatrix, restored, rows),
                product(".noise", noiseMatrix, noise, rows)));
    String rgb =
        operators.node(
            "Reshape",
            rows.name(layer + ".rgb"),
            sum,
            operators.integers(rows.name(layer + ".shape"), 0, RGB, rows.count(), rows.size()));
    return scale == null ? rgb : operators.node("Mul", rows.name(layer), rgb, scale);
  }

  private String product(String half, String matrix, String value, Rows rows) {
    return operators.node(
        "MatMul",
        rows.name(layer + half + ".product"),
        matrix,
        operators.node(
            "Reshape",
            rows.name(layer + half + ".pixels"),
            value,
            operators.integers("shape.flat_pixels", 0, 0, -1)));
  }

  /** The blur with inserted zeros is linear interpolation, with zeros around the image. */
  private String enlarged(Bands image, Rows rows) {
    int half = rows.size() / 2;
    Rows source = new Rows(rows.from() / 2, rows.to() / 2, half);
    String padded =
        operators.node(
            "Pad",
            rows.name(layer + ".padded"),
            image.window(operators, source.widened(1, 1)),
            operators.integers(
                rows.name(layer + ".padding"),
                0,
                0,
                source.missingAbove(1),
                1,
                0,
                0,
                source.missingBelow(1),
                1));
    String enlarged =
        operators.node(
            "Resize",
            rows.name(layer + ".enlarged"),
            Map.of("mode", "linear"),
            padded,
            "",
            operators.exact(layer + ".scale", () -> new float[] {1, 1, 2, 2}, 4));
    String cut =
        operators.node(
            "Slice",
            rows.name(layer + ".cut"),
            enlarged,
            operators.integers(rows.name(layer + ".cut.from"), 2, 2),
            operators.integers(rows.name(layer + ".cut.to"), 2 + rows.count(), 2 + rows.size()),
            operators.integers(rows.name(layer + ".cut.axes"), 2, 3));
    return operators.node("Add", rows.name(layer + ".below"), cut, bias());
  }

  private String bias() {
    return operators.exact(layer + ".bias", () -> weights.stored(layer + ".bias"), 1, RGB, 1, 1);
  }
}
