package io.gpenstreams.gpen;

import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.util.Arrays;
import java.util.List;

/** A generator's weights as its formulas use them, checked. */
final class Weights {
  private static final int[] BINOMIAL = {1, 3, 3, 1};

  private final Tensors tensors;

  Weights(Tensors tensors) {
    this.tensors = tensors;
  }

  List<Long> shape(String name) {
    return tensors.shape(name);
  }

  /**
   * As stored.
   *
   * @throws CheckpointException if one is infinite or not a number
   */
  float[] stored(String name) {
    float[] values = tensors.values(name);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new CheckpointException(
            "%s: %s holds %s, which is no weight".formatted(tensors.source(), name, values[i]));
      }
    }
    return values;
  }

  /** As stored, times a factor. */
  float[] scaled(String name, double factor) {
    return times(stored(name), factor);
  }

  /**
   * Times 1/√(fan-in), as equalised layers are stored, and times a factor. The fan-in is
   * in-channels times kernel.
   */
  float[] equalised(String name, double factor) {
    float[] values = stored(name);
    // A modulated convolution's weights have a dimension for the batch before the out-channels.
    List<Long> shape = tensors.shape(name);
    int outChannels = Math.toIntExact(shape.get(shape.size() == 5 ? 1 : 0));
    int fanIn = values.length / outChannels;
    return times(values, factor / Math.sqrt(fanIn));
  }

  /**
   * Makes sure that a blur before or after an enlargement is GPEN's, which is computed without its
   * kernel.
   *
   * @throws CheckpointException if it is another
   */
  void requireEnlargingBlur(String name) {
    float[] kernel = stored(name);
    for (int i = 0; i < kernel.length; i++) {
      float expected = BINOMIAL[i / BINOMIAL.length] * BINOMIAL[i % BINOMIAL.length] / 16f;
      if (Math.abs(kernel[i] - expected) > 1e-6f) {
        throw new CheckpointException(
            "%s: %s is not GPEN's blur: element %d is %s instead of %s"
                .formatted(tensors.source(), name, i, kernel[i], expected));
      }
    }
  }

  /** The kernel of a transposed convolution, for every channel. */
  float[] kernels(String name, int channels) {
    float[] kernel = stored(name);
    float[] kernels = new float[channels * kernel.length];
    for (int channel = 0; channel < channels; channel++) {
      System.arraycopy(kernel, 0, kernels, channel * kernel.length, kernel.length);
    }
    return kernels;
  }

  /**
   * The kernel of a convolution, for every channel. Flipped: ONNX's convolution is the correlation,
   * GPEN's blur is not.
   */
  float[] blur(String name, int channels) {
    float[] kernels = kernels(name, channels);
    int length = kernels.length / channels;
    float[] flipped = new float[kernels.length];
    for (int i = 0; i < kernels.length; i++) {
      int start = i - i % length;
      flipped[i] = kernels[start + length - 1 - i % length];
    }
    return flipped;
  }

  /** The same number for every channel. */
  static float[] repeated(float value, int channels) {
    float[] values = new float[channels];
    Arrays.fill(values, value);
    return values;
  }

  private static float[] times(float[] values, double factor) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = (float) (values[i] * factor);
    }
    return scaled;
  }
}
