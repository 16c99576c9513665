package io.gpenstreams.gpen;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.model.Precision;
import io.gpenstreams.torch.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The generator operator by operator as the official implementation computes it, which is what
 * exporting it gives: the baseline of the benchmarks. One image, {@code [1,3,S,S]} float32 in and
 * out.
 */
final class DirectTranslation {
  private final Architecture architecture;
  private final Weights weights;
  private final OnnxGraph graph = new OnnxGraph("gpen-direct");
  private int constants;
  private String w;

  private DirectTranslation(Tensors tensors) {
    this.architecture = Architecture.of(tensors);
    this.weights = new Weights(tensors);
  }

  /** The model file's bytes. */
  static byte[] onnx(Tensors tensors) {
    return new DirectTranslation(tensors).write();
  }

  private byte[] write() {
    int size = architecture.size();
    String image = graph.input("input", DataType.FLOAT, 1, 3, size, size);
    List<String> features = encoder(image);
    w = latent(features.get(0));
    String value =
        layer(
            LayerNames.convolution(0),
            stored("generator.input.input", 1, channels(0), 4, 4),
            features.get(0),
            channels(0),
            0,
            false);
    String rgb = toRgb(value, 0);
    for (int level = 1; level < architecture.levels(); level++) {
      String feature = features.get(level);
      value =
          layer(LayerNames.upsampling(level), value, feature, 2 * channels(level - 1), level, true);
      value =
          layer(LayerNames.convolution(level), value, feature, 2 * channels(level), level, false);
      rgb =
          graph.node(
              "Add",
              LayerNames.toRgb(level) + ".sum",
              toRgb(value, level),
              enlargedRgb(rgb, level));
    }
    graph.output(graph.node("Identity", "output", rgb), DataType.FLOAT, 1, 3, size, size);
    return graph.toBytes(
        ModelInfo.metadata(
            "gpen-direct", "gpen", size, Precision.FP32, Layout.FLOAT, true, "for benchmarks"));
  }

  private List<String> encoder(String image) {
    int last = architecture.levels() - 1;
    List<String> features = new ArrayList<>();
    String first =
        conv("ecd0", image, equalised("ecd0.0.0.weight", 1, channels(last), 3, 1, 1), 1, 0);
    features.add(activated("ecd0", first, "ecd0.0.1.bias"));
    for (int i = 1; i <= last; i++) {
      String prefix = "ecd" + i;
      int in = channels(last - i + 1);
      int out = channels(last - i);
      String blurred =
          blur(
              prefix + ".blurred",
              features.get(i - 1),
              prefix + ".0.0.kernel",
              in,
              architecture.size(last - i + 1),
              2,
              2);
      String convolved =
          conv(prefix, blurred, equalised(prefix + ".0.1.weight", 1, out, in, 3, 3), 2, 0);
      features.add(activated(prefix, convolved, prefix + ".0.2.bias"));
    }
    Collections.reverse(features);
    return features;
  }

  private String latent(String features) {
    String value = linear("final_linear.0", graph.node("Flatten", "flat", features), 1);
    String squares = graph.node("Pow", "norm.squares", value, scalar(2));
    String mean =
        graph.node(
            "ReduceMean", "norm.mean", Map.of("axes", new long[] {1}, "keepdims", 1L), squares);
    value = graph.node("Mul", "norm", value, inverseRoot("norm", mean));
    for (int i = 1; i <= Architecture.STYLE_LAYERS; i++) {
      value = linear("generator.style." + i, value, 0.01);
    }
    return value;
  }

  private String linear(String prefix, String value, double factor) {
    return scaledLeakyRelu(prefix, product(prefix, value, factor));
  }

  private String product(String prefix, String value, double factor) {
    List<Long> shape = weights.shape(prefix + ".weight");
    return graph.node(
        "Gemm",
        prefix + ".product",
        Map.of("transB", 1L),
        value,
        equalised(prefix + ".weight", factor, shape.get(0), shape.get(1)),
        graph.constant(prefix + ".bias", weights.scaled(prefix + ".bias", factor), shape.get(0)));
  }

  private String layer(
      String prefix, String value, String feature, int in, int level, boolean upsampling) {
    int out = channels(level);
    String weight = demodulated(prefix, modulated(prefix, out, in, 3));
    String convolved;
    if (upsampling) {
      String five = reshaped(prefix + ".five", weight, 1, out, in, 3, 3);
      String turned =
          graph.node(
              "Transpose", prefix + ".turned", Map.of("perm", new long[] {0, 2, 1, 3, 4}), five);
      String enlarged =
          graph.node(
              "ConvTranspose",
              prefix + ".enlarged",
              Map.of("strides", new long[] {2, 2}),
              value,
              reshaped(prefix + ".transposed", turned, in, out, 3, 3));
      convolved =
          blur(
              prefix + ".convolved",
              enlarged,
              prefix + ".conv.blur.kernel",
              out,
              architecture.size(level) + 1,
              1,
              1);
    } else {
      convolved = conv(prefix, value, weight, 1, 1);
    }
    String noise =
        graph.node("Mul", prefix + ".noise", stored(prefix + ".noise.weight", 1), feature);
    String joined = graph.node("Concat", prefix + ".joined", Map.of("axis", 1L), convolved, noise);
    return activated(prefix, joined, prefix + ".activate.bias");
  }

  private String toRgb(String value, int level) {
    String prefix = LayerNames.toRgb(level);
    String weight =
        reshaped(
            prefix + ".flat",
            modulated(prefix, 3, 2 * channels(level), 1),
            3,
            2L * channels(level),
            1,
            1);
    return graph.node(
        "Add",
        prefix + ".biased",
        conv(prefix, value, weight, 1, 0),
        stored(prefix + ".bias", 1, 3, 1, 1));
  }

  /** Zeros between the pixels, then the blur. */
  private String enlargedRgb(String rgb, int level) {
    String prefix = LayerNames.toRgb(level);
    int below = architecture.size(level - 1);
    String apart = reshaped(prefix + ".apart", rgb, 3, below, 1, below, 1);
    String zeros = pad(prefix + ".zeros", apart, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1);
    String spread = reshaped(prefix + ".spread", zeros, 1, 3, 2L * below, 2L * below);
    return blur(prefix + ".above", spread, prefix + ".upsample.kernel", 3, 2 * below, 2, 1);
  }

  private String modulated(String prefix, int out, int in, int kernel) {
    String style = product(prefix + ".conv.modulation", w, 1);
    return graph.node(
        "Mul",
        prefix + ".modulated",
        equalised(prefix + ".conv.weight", 1, 1, out, in, kernel, kernel),
        reshaped(prefix + ".style", style, 1, 1, in, 1, 1));
  }

  private String demodulated(String prefix, String weight) {
    List<Long> shape = weights.shape(prefix + ".conv.weight");
    String squares = graph.node("Pow", prefix + ".squares", weight, scalar(2));
    String sum =
        graph.node(
            "ReduceSum",
            prefix + ".squares.sum",
            Map.of("keepdims", 1L),
            squares,
            graph.constant(prefix + ".squares.axes", 2, 3, 4));
    String product = graph.node("Mul", prefix + ".demodulated", weight, inverseRoot(prefix, sum));
    return reshaped(
        prefix + ".flat", product, shape.get(1), shape.get(2), shape.get(3), shape.get(4));
  }

  private String inverseRoot(String prefix, String value) {
    String sum = graph.node("Add", prefix + ".positive", value, scalar(1e-8f));
    return graph.node("Reciprocal", prefix + ".inverse", graph.node("Sqrt", prefix + ".root", sum));
  }

  private String blur(
      String output, String value, String kernel, int channels, int size, int before, int after) {
    String alone = reshaped(output + ".alone", value, channels, 1, size, size);
    String padded = pad(output + ".padded", alone, 0, 0, before, before, 0, 0, after, after);
    String blurred =
        graph.node(
            "Conv",
            output + ".blurred",
            padded,
            graph.constant(kernel, weights.blur(kernel, 1), 1, 1, 4, 4));
    long side = size + before + after - 3L;
    return reshaped(output, blurred, 1, channels, side, side);
  }

  private String conv(String prefix, String value, String weight, int stride, int padding) {
    return graph.node(
        "Conv",
        prefix + ".conv",
        Map.of(
            "strides", new long[] {stride, stride},
            "pads", new long[] {padding, padding, padding, padding}),
        value,
        weight);
  }

  private String activated(String prefix, String value, String bias) {
    float[] values = weights.stored(bias);
    String biased =
        graph.node(
            "Add", prefix + ".biased", value, graph.constant(bias, values, 1, values.length, 1, 1));
    return scaledLeakyRelu(prefix, biased);
  }

  private String scaledLeakyRelu(String prefix, String value) {
    String leaky = graph.node("LeakyRelu", prefix + ".leaky", Map.of("alpha", 0.2f), value);
    return graph.node("Mul", prefix, leaky, scalar((float) Math.sqrt(2)));
  }

  private String pad(String output, String value, long... pads) {
    return graph.node("Pad", output, value, graph.constant(output + ".pads", pads));
  }

  private String reshaped(String output, String value, long... shape) {
    return graph.node("Reshape", output, value, graph.constant(output + ".shape", shape));
  }

  private String equalised(String name, double factor, long... shape) {
    return graph.constant(name, weights.equalised(name, factor), shape);
  }

  private String stored(String name, long... shape) {
    return graph.constant(name, weights.stored(name), shape);
  }

  private String scalar(float value) {
    return graph.constant("scalar_" + constants++, new float[] {value});
  }

  private int channels(int level) {
    return architecture.channels().get(level);
  }
}
