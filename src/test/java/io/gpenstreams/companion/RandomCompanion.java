package io.gpenstreams.companion;

import io.gpenstreams.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/** The networks with random weights, of any widths and depths. */
public final class RandomCompanion implements Tensors {
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();

  private RandomCompanion() {}

  /**
   * RealESRNet.
   *
   * @param block 1, 2 or 4: pixels that the network takes as one, along a side
   */
  public static RandomCompanion realEsrNet(int block, int features, int growth, int blocks) {
    RandomCompanion made = new RandomCompanion();
    made.biased("conv_first", features, 3 * block * block, 3);
    for (int i = 0; i < blocks; i++) {
      for (int dense = 1; dense <= 3; dense++) {
        for (int at = 1; at <= 5; at++) {
          made.biased(
              "body.%d.rdb%d.conv%d".formatted(i, dense, at),
              at < 5 ? growth : features,
              features + (at - 1) * growth,
              3);
        }
      }
    }
    for (String name : List.of("conv_body", "conv_up1", "conv_up2", "conv_hr")) {
      made.biased(name, features, features, 3);
    }
    made.biased("conv_last", 3, features, 3);
    return made;
  }

  /**
   * RetinaFace with ResNet's bottlenecks.
   *
   * @param base channels of the first convolution; 64 in the published one
   * @param depths blocks of the four stages; 3, 4, 6, 3 in ResNet-50
   * @param out channels of the pyramid; 256 in the published one
   */
  public static RandomCompanion resNet(int base, List<Integer> depths, int out) {
    RandomCompanion made = new RandomCompanion();
    made.normalised("body.conv1", "body.bn1", base, 3, 7);
    int in = base;
    for (int stage = 1; stage <= 4; stage++) {
      int width = base << (stage - 1);
      for (int block = 0; block < depths.get(stage - 1); block++) {
        String name = "body.layer%d.%d".formatted(stage, block);
        made.normalised(name + ".conv1", name + ".bn1", width, in, 1);
        made.normalised(name + ".conv2", name + ".bn2", width, width, 3);
        made.normalised(name + ".conv3", name + ".bn3", 4 * width, width, 1);
        if (block == 0) {
          made.normalised(name + ".downsample.0", name + ".downsample.1", 4 * width, in, 1);
        }
        in = 4 * width;
      }
    }
    return made.head(List.of(8 * base, 16 * base, 32 * base), out);
  }

  /**
   * RetinaFace with MobileNet's pairs.
   *
   * @param base channels of the first convolution; 8 in the published one
   * @param out channels of the pyramid; 64 in the published one
   */
  public static RandomCompanion mobileNet(int base, int out) {
    RandomCompanion made = new RandomCompanion();
    made.normalised("body.stage1.0.0", "body.stage1.0.1", base, 3, 3);
    List<List<Integer>> factors =
        List.of(List.of(2, 4, 4, 8, 8), List.of(16, 16, 16, 16, 16, 16), List.of(32, 32));
    int in = base;
    for (int stage = 1; stage <= 3; stage++) {
      for (int i = 0; i < factors.get(stage - 1).size(); i++) {
        String name = "body.stage%d.%d".formatted(stage, i + (stage == 1 ? 1 : 0));
        int channels = factors.get(stage - 1).get(i) * base;
        made.normalised(name + ".0", name + ".1", in, 1, 3);
        made.normalised(name + ".3", name + ".4", channels, in, 1);
        in = channels;
      }
    }
    return made.head(List.of(8 * base, 16 * base, 32 * base), out);
  }

  private RandomCompanion head(List<Integer> features, int out) {
    for (int level = 1; level <= 3; level++) {
      pair("fpn.output" + level, out, features.get(level - 1), 1);
      if (level < 3) {
        pair("fpn.merge" + level, out, out, 3);
      }
      String context = "ssh" + level;
      pair(context + ".conv3X3", out / 2, out, 3);
      pair(context + ".conv5X5_1", out / 4, out, 3);
      for (String name : List.of(".conv5X5_2", ".conv7X7_2", ".conv7x7_3")) {
        pair(context + name, out / 4, out / 4, 3);
      }
      biased("ClassHead.%d.conv1x1".formatted(level - 1), 4, out, 1);
      biased("BboxHead.%d.conv1x1".formatted(level - 1), 8, out, 1);
      biased("LandmarkHead.%d.conv1x1".formatted(level - 1), 20, out, 1);
    }
    return this;
  }

  /**
   * ParseNet.
   *
   * @param widths channels after each halving, before that the first convolution's; 64, 128, 256,
   *     256, 256 in the published one
   * @param blocks that keep the size; 10 in the published one
   */
  public static RandomCompanion parseNet(List<Integer> widths, int blocks) {
    RandomCompanion made = new RandomCompanion();
    made.biased("encoder.0.conv2d", widths.get(0), 3, 3);
    int halvings = widths.size() - 1;
    for (int i = 1; i <= halvings; i++) {
      made.residual("encoder." + i, widths.get(i), widths.get(i - 1), true);
    }
    for (int i = 0; i < blocks; i++) {
      made.residual("body." + i, widths.get(halvings), widths.get(halvings), false);
    }
    for (int i = 0; i < halvings; i++) {
      made.residual("decoder." + i, widths.get(halvings - i - 1), widths.get(halvings - i), true);
    }
    made.biased("out_mask_conv.conv2d", 19, widths.get(0), 3);
    return made;
  }

  private void residual(String name, int out, int in, boolean resizes) {
    if (resizes) {
      biased(name + ".shortcut_func.conv2d", out, in, 3);
    }
    normalised(name + ".conv1.conv2d", name + ".conv1.norm.norm", out, in, 3);
    normalised(name + ".conv2.conv2d", name + ".conv2.norm.norm", out, out, 3);
  }

  private void biased(String name, int out, int in, int kernel) {
    shape(name + ".weight", out, in, kernel, kernel);
    shape(name + ".bias", out);
  }

  private void pair(String name, int out, int in, int kernel) {
    normalised(name + ".0", name + ".1", out, in, kernel);
  }

  private void normalised(String name, String norm, int out, int in, int kernel) {
    shape(name + ".weight", out, in, kernel, kernel);
    for (String vector : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
      shape(norm + vector, out);
    }
  }

  private void shape(String name, long... sizes) {
    shapes.put(name, LongStream.of(sizes).boxed().toList());
  }

  @Override
  public String source() {
    return "random.pth";
  }

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public List<Long> shape(String name) {
    return shapes.get(name);
  }

  @Override
  public float[] values(String name) {
    List<Long> shape = shapes.get(name);
    int count = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    double spread = 1 / Math.sqrt(count / (double) shape.get(0));
    Random random = new Random(name.hashCode());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          (float)
              (shape.size() == 1
                  ? name.endsWith("bias") || name.endsWith("mean") ? 0 : 1
                  : spread * random.nextGaussian());
    }
    return values;
  }
}
