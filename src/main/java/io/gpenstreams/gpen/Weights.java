package io.gpenstreams.gpen;

import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.util.Arrays;
import java.util.List;

/** A generator's weights, checked and scaled as its formulas need them. */
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
   * The values in the checkpoint.
   *
   * @throws CheckpointException if a value is infinite or not a number
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

  /** The values in the checkpoint, times a factor. */
  float[] scaled(String name, double factor) {
    return times(stored(name), factor);
  }

  /**
   * The weights of a layer with equalised learning rate: the values times 1/√(fan-in), times a
   * factor. The fan-in is the number of input channels times the kernel's size.
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
   * Checks that a blur before or after an enlargement is GPEN's. The graph computes it without the
   * kernel.
   *
   * @throws CheckpointException if the kernel differs
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

  /** The kernel of a transposed convolution, repeated for every channel. */
  float[] kernels(String name, int channels) {
    float[] kernel = stored(name);
    float[] kernels = new float[channels * kernel.length];
    for (int channel = 0; channel < channels; channel++) {
      System.arraycopy(kernel, 0, kernels, channel * kernel.length, kernel.length);
    }
    return kernels;
  }

  /**
   * The kernel of a convolution, repeated for every channel. It is flipped, because ONNX's
   * convolution is a cross-correlation and GPEN's blur is a convolution.
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

  /** A number, repeated for every channel. */
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
