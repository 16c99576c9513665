package io.gpenstreams.gpen;

import io.gpenstreams.gpen.Operators.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the features of the image at every resolution. Those of the highest resolution are the
 * largest tensors and the cheapest to compute, so they are computed again wherever they are needed.
 */
final class Encoder {
  private static final int BLUR_PADDING = 2;

  private final Operators operators;
  private final Weights weights;
  private final Architecture architecture;
  private final Bands image;
  private final List<Bands> below = new ArrayList<>();
  private final Map<Rows, String> largest = new HashMap<>();

  private Encoder(Operators operators, Weights weights, Architecture architecture, Bands image) {
    this.operators = operators;
    this.weights = weights;
    this.architecture = architecture;
    this.image = image;
  }

  /**
   * Writes the encoder.
   *
   * @param image {@code [N,3,S,S]} in −1…1
   */
  static Encoder write(
      Operators operators,
      Weights weights,
      Architecture architecture,
      Banding banding,
      Bands image) {
    Encoder encoder = new Encoder(operators, weights, architecture, image);
    for (int level = architecture.levels() - 2; level >= 0; level--) {
      encoder.below.add(0, encoder.reduce(level, banding));
    }
    return encoder;
  }

  /** Features of a level, {@code [N,C,rows,S]}. */
  String features(int level, Rows rows) {
    if (level < architecture.levels() - 1) {
      int known = below.size() - (architecture.levels() - 1);
      return below.get(level + known).window(operators, rows);
    }
    return largest.computeIfAbsent(
        rows,
        wanted ->
            level(
                wanted.name("features_" + architecture.size()),
                image.window(operators, wanted),
                "ecd0.0.0.weight",
                "ecd0.0.1.bias",
                new Window(1, 0, 0, 0, 1)));
  }

  private Bands reduce(int level, Banding banding) {
    int size = architecture.size(level);
    String prefix = "ecd" + (architecture.levels() - 1 - level) + ".0.";
    int channels = architecture.channels().get(level + 1);
    String kernel = prefix + "0.kernel";
    String blur = operators.weight(kernel, weights.blur(kernel, channels), channels, 1, 4, 4);
    List<String> parts = new ArrayList<>();
    int rowsOfBand = banding.rows(size);
    for (Rows rows : Rows.bands(rowsOfBand, size)) {
      Rows source = new Rows(2 * rows.from(), 2 * rows.to(), 2 * size);
      String blurred =
          operators.convolve(
              rows.name(prefix + "blurred"),
              features(level + 1, source.widened(BLUR_PADDING, BLUR_PADDING)),
              new Window(
                  1,
                  source.missingAbove(BLUR_PADDING),
                  source.missingBelow(BLUR_PADDING),
                  BLUR_PADDING,
                  channels),
              blur);
      parts.add(
          level(
              rows.name("features_" + size),
              blurred,
              prefix + "1.weight",
              prefix + "2.bias",
              new Window(2, 0, 0, 0, 1)));
    }
    return new Bands(parts, rowsOfBand);
  }

  private String level(String output, String value, String weight, String bias, Window window) {
    long[] shape = weights.shape(weight).stream().mapToLong(Long::longValue).toArray();
    String convolved =
        operators.convolve(
            output + ".convolved",
            value,
            window,
            operators.weight(weight, () -> weights.equalised(weight, Operators.GAIN), shape),
            operators.weight(bias, () -> weights.scaled(bias, Operators.GAIN), shape[0]));
    return operators.activate(output, convolved);
  }
}
