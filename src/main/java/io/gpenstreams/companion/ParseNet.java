package io.gpenstreams.companion;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.companion.Layers.Value;
import io.gpenstreams.model.ModelKind;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.torch.CheckpointException;

/**
 * ParseNet of PSFR-GAN (Chen et al. 2021): an encoder of residual blocks that halve, a body that
 * keeps and a decoder that doubles. It gives the class of every pixel.
 */
final class ParseNet implements Network {
  private static final float HALF_RANGE = 127.5f;
  private static final int CLASSES = 19;
  private static final int MOST_HALVINGS = 8;
  private static final float LEAK = 0.2f;

  @Override
  public ModelKind kind() {
    return ModelKind.PARSER;
  }

  @Override
  public String architecture() {
    return "parsenet";
  }

  @Override
  public String title() {
    return "a ParseNet parser";
  }

  @Override
  public String licence() {
    return "weights of PSFR-GAN's ParseNet as published with GPEN: for academic and non-commercial"
        + " use only, see https://github.com/yangxy/GPEN";
  }

  /** Whether tensors are of such a network, even if some are missing. */
  static boolean hasNames(CheckedTensors tensors) {
    return tensors.hasAny("out_mask_conv.")
        || (tensors.hasAny("encoder.0.conv2d.") && tensors.hasAny("decoder.0.conv1."));
  }

  @Override
  public void write(Layers layers) {
    CheckedTensors tensors = layers.tensors();
    int halvings = tensors.count("encoder.") - 1;
    int doublings = tensors.count("decoder.");
    if (halvings > MOST_HALVINGS || halvings != doublings) {
      throw new CheckpointException(
          "%s: halves its picture %d times and doubles it %d times, which %s does not"
              .formatted(tensors.source(), halvings, doublings, title()));
    }
    Value levels = layers.picture(OnnxGraph.DYNAMIC);
    Value picture =
        layers.normalised(levels, new float[] {HALF_RANGE, HALF_RANGE, HALF_RANGE}, HALF_RANGE);
    Value value = layers.toArithmetic(layers.padded(picture, 1 << halvings));
    value = layers.convolve(value, Convolution.of("encoder.0.conv2d", 3).withBias().mirrored());
    for (int i = 1; i <= halvings; i++) {
      value = halving(layers, "encoder." + i, value);
    }
    Value features = value;
    for (int i = 0; i < tensors.count("body."); i++) {
      value = keeping(layers, "body." + i, value);
    }
    value = layers.add("body", features, value);
    for (int i = 0; i < doublings; i++) {
      value = doubling(layers, "decoder." + i, value);
    }
    tensors.allow("out_img_conv.conv2d.weight", 3, value.channels(), 3, 3);
    tensors.allow("out_img_conv.conv2d.bias", 3);
    Convolution last = Convolution.of("out_mask_conv.conv2d", 3).withBias().mirrored();
    Value logits = layers.cropped("logits", layers.convolve(value, last, CLASSES), levels, 1);
    layers.output(
        layers.largest("mask", logits),
        DataType.UINT8,
        OnnxGraph.DYNAMIC,
        OnnxGraph.HEIGHT,
        OnnxGraph.WIDTH);
  }

  private static Value halving(Layers layers, String name, Value in) {
    Value inner = first(layers, name, in, CheckedTensors.ANY);
    inner = layers.convolve(inner, second(name).strided(2), inner.channels());
    Value shortcut = layers.convolve(in, shortcut(name).strided(2), inner.channels());
    return layers.add(name, shortcut, inner);
  }

  private static Value doubling(Layers layers, String name, Value in) {
    Value large = layers.doubled(in);
    Value inner = first(layers, name, large, CheckedTensors.ANY);
    inner = layers.convolve(inner, second(name), inner.channels());
    return layers.add(name, layers.convolve(large, shortcut(name), inner.channels()), inner);
  }

  private static Value keeping(Layers layers, String name, Value in) {
    Value inner = first(layers, name, in, in.channels());
    return layers.add(name, in, layers.convolve(inner, second(name), in.channels()));
  }

  private static Value first(Layers layers, String name, Value in, long channels) {
    return layers.activate(layers.convolve(in, normalised(name + ".conv1"), channels), LEAK);
  }

  private static Convolution second(String name) {
    return normalised(name + ".conv2");
  }

  private static Convolution normalised(String name) {
    return Convolution.of(name + ".conv2d", 3).normalised(name + ".norm.norm").mirrored();
  }

  private static Convolution shortcut(String name) {
    return Convolution.of(name + ".shortcut_func.conv2d", 3).withBias().mirrored();
  }
}
