package io.gpenstreams.companion;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.companion.Layers.Value;
import io.gpenstreams.model.ModelKind;
import io.gpenstreams.model.OnnxGraph;
import java.util.ArrayList;
import java.util.List;

/**
 * RetinaFace (Deng et al. 2020) as Pytorch_Retinaface defines it: a backbone of ResNet's
 * bottlenecks or of MobileNet's pairs, a feature pyramid of three levels, a context module and
 * three heads for each. It gives the raw numbers of all anchors.
 */
final class RetinaFace implements Network {
  /** Mean levels of red, green and blue. */
  private static final float[] MEAN = {123, 117, 104};

  /** The checkpoint's planes are blue, green, red. */
  private static final int[] RGB = {2, 1, 0};

  private static final int LEVELS = 3;
  private static final int ANCHORS = 2;
  private static final int BOX = 4;
  private static final int CLASSES = 2;
  private static final int LANDMARKS = 10;
  private static final int WIDEST_LEAKY = 64;
  private static final float LEAK = 0.1f;
  private static final int STEM = 7;
  private static final int[] FIRST_STAGE = {1, 2, 1, 2, 1};
  private static final int[] OTHER_STAGES = {2};

  @Override
  public ModelKind kind() {
    return ModelKind.DETECTOR;
  }

  @Override
  public String architecture() {
    return "retinaface";
  }

  @Override
  public String title() {
    return "a RetinaFace detector";
  }

  @Override
  public String licence() {
    return "weights of RetinaFace as published with GPEN, trained on WIDER FACE: for academic and"
        + " non-commercial use only, see https://github.com/yangxy/GPEN";
  }

  /** Whether tensors are of such a network, even if some are missing. */
  static boolean hasNames(CheckedTensors tensors) {
    return tensors.hasAny("BboxHead.") || tensors.hasAny("ClassHead.") || tensors.hasAny("ssh1.");
  }

  @Override
  public void write(Layers layers) {
    Value picture = layers.toArithmetic(layers.normalised(layers.picture(1), MEAN, 1));
    List<Value> features =
        layers.tensors().hasAny("body.stage")
            ? mobileNet(layers, picture)
            : resNet(layers, picture);
    List<Value> pyramid = pyramid(layers, features);
    List<Value> contexts = new ArrayList<>();
    for (int i = 0; i < LEVELS; i++) {
      contexts.add(context(layers, "ssh" + (i + 1), pyramid.get(i)));
    }
    heads(layers, "loc", "BboxHead", contexts, BOX);
    heads(layers, "conf", "ClassHead", contexts, CLASSES);
    heads(layers, "landms", "LandmarkHead", contexts, LANDMARKS);
  }

  private static List<Value> resNet(Layers layers, Value picture) {
    Value value =
        layers.convolveReordered(
            picture, Convolution.of("body.conv1", STEM).strided(2).normalised("body.bn1"), RGB);
    value = layers.pool("body.pooled", layers.activate(value, 0));
    List<Value> features = new ArrayList<>();
    for (int stage = 1; stage <= LEVELS + 1; stage++) {
      String name = "body.layer%d.".formatted(stage);
      int blocks = layers.tensors().count(name);
      for (int block = 0; block < blocks; block++) {
        value = bottleneck(layers, name + block, value, stage > 1 && block == 0 ? 2 : 1);
      }
      if (stage > 1) {
        features.add(value);
      }
    }
    return features;
  }

  private static Value bottleneck(Layers layers, String name, Value in, int stride) {
    Value inner = layers.activate(layers.convolve(in, bottleneck(name, 1, 1)), 0);
    inner = layers.activate(layers.convolve(inner, bottleneck(name, 2, 3).strided(stride)), 0);
    boolean changes = stride > 1 || layers.tensors().hasAny(name + ".downsample.");
    Value outer =
        layers.convolve(
            inner, bottleneck(name, 3, 1), changes ? CheckedTensors.ANY : in.channels());
    Value shortcut =
        changes
            ? layers.convolve(
                in,
                Convolution.of(name + ".downsample.0", 1)
                    .strided(stride)
                    .normalised(name + ".downsample.1"),
                outer.channels())
            : in;
    return layers.activate(layers.add(name, outer, shortcut), 0);
  }

  private static Convolution bottleneck(String name, int number, int kernel) {
    return Convolution.of("%s.conv%d".formatted(name, number), kernel)
        .normalised("%s.bn%d".formatted(name, number));
  }

  private static List<Value> mobileNet(Layers layers, Value picture) {
    Value value =
        layers.convolveReordered(
            picture,
            Convolution.of("body.stage1.0.0", 3).strided(2).normalised("body.stage1.0.1"),
            RGB);
    value = layers.activate(value, LEAK);
    List<Value> features = new ArrayList<>();
    for (int stage = 1; stage <= LEVELS; stage++) {
      String name = "body.stage%d.".formatted(stage);
      int first = stage == 1 ? 1 : 0;
      int[] strides = stage == 1 ? FIRST_STAGE : OTHER_STAGES;
      int blocks = stage == 1 ? first + FIRST_STAGE.length : layers.tensors().count(name);
      for (int block = first; block < blocks; block++) {
        int at = block - first;
        value = separable(layers, name + block, value, at < strides.length ? strides[at] : 1);
      }
      features.add(value);
    }
    return features;
  }

  private static Value separable(Layers layers, String name, Value in, int stride) {
    Value each =
        layers.convolve(
            in,
            Convolution.of(name + ".0", 3).perChannel().strided(stride).normalised(name + ".1"));
    Value mixed =
        layers.convolve(
            layers.activate(each, LEAK), Convolution.of(name + ".3", 1).normalised(name + ".4"));
    return layers.activate(mixed, LEAK);
  }

  private static List<Value> pyramid(Layers layers, List<Value> features) {
    Value first = level(layers, "fpn.output1", features.get(0), 1, CheckedTensors.ANY);
    int channels = first.channels();
    Value second = level(layers, "fpn.output2", features.get(1), 1, channels);
    Value third = level(layers, "fpn.output3", features.get(2), 1, channels);
    second = layers.add("fpn.sum2", second, layers.enlarged(third, second));
    second = level(layers, "fpn.merge2", second, 3, channels);
    first = layers.add("fpn.sum1", first, layers.enlarged(second, first));
    first = level(layers, "fpn.merge1", first, 3, channels);
    return List.of(first, second, third);
  }

  private static Value level(Layers layers, String name, Value in, int kernel, long channels) {
    Value out = layers.convolve(in, pair(name, kernel), channels);
    return layers.activate(out, slope(out.channels()));
  }

  private static Value context(Layers layers, String name, Value in) {
    Value small = layers.convolve(in, pair(name + ".conv3X3", 3));
    Value shared = layers.convolve(in, pair(name + ".conv5X5_1", 3));
    int part = shared.channels();
    float slope = slope(small.channels() + 2 * part);
    shared = layers.activate(shared, slope);
    Value medium = layers.convolve(shared, pair(name + ".conv5X5_2", 3), part);
    Value inner = layers.convolve(shared, pair(name + ".conv7X7_2", 3), part);
    Value large =
        layers.convolve(layers.activate(inner, slope), pair(name + ".conv7x7_3", 3), part);
    return layers.activate(layers.join(name, List.of(small, medium, large)), 0);
  }

  private static Convolution pair(String name, int kernel) {
    return Convolution.of(name + ".0", kernel).normalised(name + ".1");
  }

  private static float slope(int channels) {
    return channels <= WIDEST_LEAKY ? LEAK : 0;
  }

  private static void heads(
      Layers layers, String output, String head, List<Value> contexts, int numbers) {
    List<Value> levels = new ArrayList<>();
    for (int i = 0; i < LEVELS; i++) {
      Convolution last = Convolution.of("%s.%d.conv1x1".formatted(head, i), 1).withBias();
      levels.add(layers.convolve(contexts.get(i), last, (long) ANCHORS * numbers));
    }
    if (numbers == CLASSES) {
      layers.softmax(output, layers.list(output + ".logits", levels, numbers));
    } else {
      layers.list(output, levels, numbers);
    }
    layers.output(output, DataType.FLOAT, 1, OnnxGraph.DERIVED, numbers);
  }
}
