package io.gpenstreams.gpen;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** From the image to its features at every resolution. */
final class Encoder {
  private final Operators operators;
  private final Weights weights;
  private final Architecture architecture;

  Encoder(Operators operators, Weights weights, Architecture architecture) {
    this.operators = operators;
    this.weights = weights;
    this.architecture = architecture;
  }

  /**
   * Writes it.
   *
   * @param image {@code [N,3,S,S]} in −1…1
   * @return by level: {@code [N,C,4,4]} first
   */
  List<String> write(String image) {
    int last = architecture.levels() - 1;
    List<String> features = new ArrayList<>();
    features.add(level(image, "ecd0.0.0.weight", "ecd0.0.1.bias", 1, last));
    for (int level = last - 1; level >= 0; level--) {
      String prefix = "ecd" + (last - level) + ".0.";
      String blurred = blur(features.get(features.size() - 1), prefix, level + 1);
      features.add(level(blurred, prefix + "1.weight", prefix + "2.bias", 2, level));
    }
    Collections.reverse(features);
    return features;
  }

  private String blur(String value, String prefix, int level) {
    int channels = architecture.channels().get(level);
    String kernel =
        operators.weight(
            prefix + "0.kernel", weights.blur(prefix + "0.kernel", channels), channels, 1, 4, 4);
    return operators.convolveChannels(prefix + "blurred", value, 2, channels, kernel);
  }

  private String level(String value, String weight, String bias, int stride, int level) {
    long[] shape = weights.shape(weight).stream().mapToLong(Long::longValue).toArray();
    String convolved =
        operators.convolve(
            "convolved_" + architecture.size(level),
            value,
            stride,
            0,
            1,
            operators.weight(weight, weights.equalised(weight, Operators.GAIN), shape),
            operators.weight(bias, weights.scaled(bias, Operators.GAIN), shape[0]));
    return operators.activate("features_" + architecture.size(level), convolved);
  }
}
