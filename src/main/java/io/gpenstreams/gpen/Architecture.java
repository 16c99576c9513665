package io.gpenstreams.gpen;

import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The architecture of a GPEN generator: its resolutions and the number of channels at each. Both
 * follow from the tensors' names and shapes.
 *
 * @param channels the encoder's channels at 4×4, 8×8 and so on up to the image's side; the
 *     generator has twice as many
 */
public record Architecture(List<Integer> channels) {
  /** The length of the latent vector w. */
  static final int STYLE = 512;

  /** The number of layers of the network that maps the encoder's output to w. */
  static final int STYLE_LAYERS = 8;

  /** The side of the generator's constant input. */
  static final int BASE = 4;

  /** The side of every blur kernel. */
  static final int BLUR = 4;

  static final int SMALLEST = 64;
  static final int LARGEST = 2048;
  private static final int RGB = 3;

  /** Checks that GPEN has such a size. */
  public Architecture {
    channels = List.copyOf(channels);
    int size = BASE << (channels.size() - 1);
    if (size < SMALLEST || size > LARGEST || Collections.min(channels) < 1) {
      throw new IllegalArgumentException("No GPEN generator has the channels " + channels);
    }
  }

  /**
   * Recognises a generator by its tensors.
   *
   * @throws CheckpointException naming a tensor that is missing, that does not belong there, or
   *     that has the wrong shape
   */
  public static Architecture of(Tensors tensors) {
    return new Recognition(tensors).architecture();
  }

  /** The side of the image in pixels. */
  public int size() {
    return size(levels() - 1);
  }

  /** The number of resolutions. */
  int levels() {
    return channels.size();
  }

  /** The side of a level in pixels. Level 0 is the smallest. */
  int size(int level) {
    return BASE << level;
  }

  /** The names and shapes of all tensors, in the order of computation. */
  public Map<String, List<Long>> shapes() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    addEncoder(shapes);
    for (int i = 1; i <= STYLE_LAYERS; i++) {
      shapes.put("generator.style." + i + ".weight", shape(STYLE, STYLE));
      shapes.put("generator.style." + i + ".bias", shape(STYLE));
    }
    int base = channels.get(0);
    shapes.put("generator.input.input", shape(1, base, BASE, BASE));
    addLayer(shapes, "generator.conv1", base, base, false);
    addToRgb(shapes, "generator.to_rgb1", base, false);
    for (int level = 1; level < levels(); level++) {
      int below = channels.get(level - 1);
      int here = channels.get(level);
      addLayer(shapes, LayerNames.upsampling(level), 2 * below, here, true);
      addLayer(shapes, LayerNames.convolution(level), 2 * here, here, false);
      addToRgb(shapes, LayerNames.toRgb(level), here, true);
    }
    return Collections.unmodifiableMap(shapes);
  }

  private void addEncoder(Map<String, List<Long>> shapes) {
    int last = levels() - 1;
    shapes.put("ecd0.0.0.weight", shape(channels.get(last), RGB, 1, 1));
    shapes.put("ecd0.0.1.bias", shape(channels.get(last)));
    for (int i = 1; i <= last; i++) {
      String prefix = "ecd" + i + ".0.";
      int out = channels.get(last - i);
      shapes.put(prefix + "0.kernel", shape(BLUR, BLUR));
      shapes.put(prefix + "1.weight", shape(out, channels.get(last - i + 1), 3, 3));
      shapes.put(prefix + "2.bias", shape(out));
    }
    shapes.put("final_linear.0.weight", shape(STYLE, (long) BASE * BASE * channels.get(0)));
    shapes.put("final_linear.0.bias", shape(STYLE));
  }

  private static void addLayer(
      Map<String, List<Long>> shapes, String prefix, int in, int out, boolean upsampling) {
    shapes.put(prefix + ".conv.weight", shape(1, out, in, 3, 3));
    if (upsampling) {
      shapes.put(prefix + ".conv.blur.kernel", shape(BLUR, BLUR));
    }
    addModulation(shapes, prefix, in);
    shapes.put(prefix + ".noise.weight", shape(1));
    shapes.put(prefix + ".activate.bias", shape(2L * out));
  }

  private static void addToRgb(
      Map<String, List<Long>> shapes, String prefix, int half, boolean upsampling) {
    shapes.put(prefix + ".bias", shape(1, RGB, 1, 1));
    if (upsampling) {
      shapes.put(prefix + ".upsample.kernel", shape(BLUR, BLUR));
    }
    shapes.put(prefix + ".conv.weight", shape(1, RGB, 2L * half, 1, 1));
    addModulation(shapes, prefix, 2 * half);
  }

  private static void addModulation(Map<String, List<Long>> shapes, String prefix, int in) {
    shapes.put(prefix + ".conv.modulation.weight", shape(in, STYLE));
    shapes.put(prefix + ".conv.modulation.bias", shape(in));
  }

  private static List<Long> shape(long... sizes) {
    return LongStream.of(sizes).boxed().toList();
  }
}
