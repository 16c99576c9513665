package io.gpenstreams.gpen;

import io.gpenstreams.torch.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The generator step by step and in double precision, to compare the graph with: slow, and with
 * nothing folded or rearranged.
 */
final class PlainGpen {
  private static final int STYLE_LAYERS = 8;

  private final Tensors tensors;
  private double[] w;

  PlainGpen(Tensors tensors) {
    this.tensors = tensors;
  }

  /** One image {@code [3,S,S]} in −1…1 to another. */
  Plane restore(Plane image) {
    int levels = Integer.numberOfTrailingZeros(image.size) - 1;
    List<Plane> features = new ArrayList<>();
    features.add(
        lrelu(biased(convolve(image, equalised("ecd0.0.0.weight"), 1, 0), "ecd0.0.1.bias")));
    for (int i = 1; i < levels; i++) {
      String prefix = "ecd" + i + ".0.";
      Plane blurred = blur(features.get(i - 1), values(prefix + "0.kernel"), 2, 2);
      Plane convolved = convolve(blurred, equalised(prefix + "1.weight"), 2, 0);
      features.add(lrelu(biased(convolved, prefix + "2.bias")));
    }
    Collections.reverse(features);
    w = latent(features.get(0));
    Plane value = layer("generator.conv1", constant(), features.get(0), false);
    Plane rgb = toRgb("generator.to_rgb1", value);
    for (int l = 0; l < levels - 1; l++) {
      value = layer("generator.convs." + 2 * l, value, features.get(l + 1), true);
      value = layer("generator.convs." + (2 * l + 1), value, features.get(l + 1), false);
      String toRgb = "generator.to_rgbs." + l;
      Plane above = blur(spread(rgb), values(toRgb + ".upsample.kernel"), 2, 1);
      rgb = sum(toRgb(toRgb, value), above);
    }
    return rgb;
  }

  private double[] latent(Plane features) {
    double[] value = linear("final_linear.0", features.values, 1, 1);
    double squares = 0;
    for (double v : value) {
      squares += v * v;
    }
    for (int i = 0; i < value.length; i++) {
      value[i] /= Math.sqrt(squares / value.length + 1e-8);
    }
    for (int i = 1; i <= STYLE_LAYERS; i++) {
      value = linear("generator.style." + i, value, 0.01, 0.01);
    }
    return value;
  }

  private double[] linear(String prefix, double[] value, double weightFactor, double biasFactor) {
    double[] sum = product(prefix, value, weightFactor, biasFactor);
    for (int i = 0; i < sum.length; i++) {
      sum[i] = lrelu(sum[i]);
    }
    return sum;
  }

  private double[] product(String prefix, double[] value, double weightFactor, double biasFactor) {
    double[] weight = values(prefix + ".weight");
    double[] bias = values(prefix + ".bias");
    double[] sum = new double[bias.length];
    for (int o = 0; o < sum.length; o++) {
      for (int i = 0; i < value.length; i++) {
        sum[o] += weight[o * value.length + i] * weightFactor / Math.sqrt(value.length) * value[i];
      }
      sum[o] += bias[o] * biasFactor;
    }
    return sum;
  }

  private Plane layer(String prefix, Plane value, Plane feature, boolean upsampling) {
    Weight weight = demodulated(modulated(prefix));
    Plane convolved =
        upsampling
            ? blur(transposed(value, weight), values(prefix + ".conv.blur.kernel"), 1, 1)
            : convolve(value, weight, 1, 1);
    double noise = values(prefix + ".noise.weight")[0];
    Plane joined = new Plane(convolved.channels + feature.channels, convolved.size);
    int end = convolved.values.length;
    System.arraycopy(convolved.values, 0, joined.values, 0, end);
    for (int i = 0; i < feature.values.length; i++) {
      joined.values[end + i] = noise * feature.values[i];
    }
    return lrelu(biased(joined, prefix + ".activate.bias"));
  }

  private Plane toRgb(String prefix, Plane value) {
    return biased(convolve(value, modulated(prefix), 1, 0), prefix + ".bias");
  }

  private Weight modulated(String prefix) {
    double[] style = product(prefix + ".conv.modulation", w, 1, 1);
    Weight weight = equalised(prefix + ".conv.weight");
    int kernel = weight.kernel * weight.kernel;
    for (int i = 0; i < weight.values.length; i++) {
      weight.values[i] *= style[i / kernel % weight.in];
    }
    return weight;
  }

  private static Weight demodulated(Weight weight) {
    int perChannel = weight.values.length / weight.out;
    for (int o = 0; o < weight.out; o++) {
      double squares = 0;
      for (int i = 0; i < perChannel; i++) {
        squares += Math.pow(weight.values[o * perChannel + i], 2);
      }
      for (int i = 0; i < perChannel; i++) {
        weight.values[o * perChannel + i] /= Math.sqrt(squares + 1e-8);
      }
    }
    return weight;
  }

  private Plane constant() {
    int[] shape = shape("generator.input.input");
    Plane plane = new Plane(shape[1], shape[2]);
    System.arraycopy(values("generator.input.input"), 0, plane.values, 0, plane.values.length);
    return plane;
  }

  private Weight equalised(String name) {
    int[] shape = shape(name);
    int first = shape.length - 4;
    int in = shape[first + 1];
    int kernel = shape[first + 2];
    double[] values = values(name);
    for (int i = 0; i < values.length; i++) {
      values[i] /= Math.sqrt((double) in * kernel * kernel);
    }
    return new Weight(shape[first], in, kernel, values);
  }

  private int[] shape(String name) {
    return tensors.shape(name).stream().mapToInt(Long::intValue).toArray();
  }

  private double[] values(String name) {
    float[] stored = tensors.values(name);
    double[] values = new double[stored.length];
    for (int i = 0; i < stored.length; i++) {
      values[i] = stored[i];
    }
    return values;
  }

  private Plane biased(Plane plane, String name) {
    double[] bias = values(name);
    int pixels = plane.size * plane.size;
    for (int i = 0; i < plane.values.length; i++) {
      plane.values[i] += bias[i / pixels];
    }
    return plane;
  }

  private static Plane sum(Plane a, Plane b) {
    for (int i = 0; i < a.values.length; i++) {
      a.values[i] += b.values[i];
    }
    return a;
  }

  private static Plane lrelu(Plane plane) {
    for (int i = 0; i < plane.values.length; i++) {
      plane.values[i] = lrelu(plane.values[i]);
    }
    return plane;
  }

  private static double lrelu(double value) {
    return (value < 0 ? 0.2 * value : value) * Math.sqrt(2);
  }

  private static Plane convolve(Plane in, Weight weight, int stride, int padding) {
    Plane out = new Plane(weight.out, (in.size + 2 * padding - weight.kernel) / stride + 1);
    for (int o = 0; o < weight.out; o++) {
      for (int y = 0; y < out.size; y++) {
        for (int x = 0; x < out.size; x++) {
          double sum = 0;
          for (int i = 0; i < weight.in; i++) {
            for (int v = 0; v < weight.kernel; v++) {
              for (int u = 0; u < weight.kernel; u++) {
                sum +=
                    weight.at(o, i, v, u)
                        * in.at(i, y * stride + v - padding, x * stride + u - padding);
              }
            }
          }
          out.add(o, y, x, sum);
        }
      }
    }
    return out;
  }

  private static Plane transposed(Plane in, Weight weight) {
    Plane out = new Plane(weight.out, 2 * (in.size - 1) + weight.kernel);
    for (int o = 0; o < weight.out; o++) {
      for (int i = 0; i < weight.in; i++) {
        for (int y = 0; y < in.size; y++) {
          for (int x = 0; x < in.size; x++) {
            for (int v = 0; v < weight.kernel; v++) {
              for (int u = 0; u < weight.kernel; u++) {
                out.add(o, 2 * y + v, 2 * x + u, weight.at(o, i, v, u) * in.at(i, y, x));
              }
            }
          }
        }
      }
    }
    return out;
  }

  /** Convolution of every channel with a 4×4 kernel. */
  private static Plane blur(Plane in, double[] kernel, int before, int after) {
    Plane out = new Plane(in.channels, in.size + before + after - 3);
    for (int c = 0; c < in.channels; c++) {
      for (int y = 0; y < out.size; y++) {
        for (int x = 0; x < out.size; x++) {
          double sum = 0;
          for (int v = 0; v < 4; v++) {
            for (int u = 0; u < 4; u++) {
              sum += kernel[15 - 4 * v - u] * in.at(c, y + v - before, x + u - before);
            }
          }
          out.add(c, y, x, sum);
        }
      }
    }
    return out;
  }

  /** With a zero after every pixel. */
  private static Plane spread(Plane in) {
    Plane out = new Plane(in.channels, 2 * in.size);
    for (int c = 0; c < in.channels; c++) {
      for (int y = 0; y < in.size; y++) {
        for (int x = 0; x < in.size; x++) {
          out.add(c, 2 * y, 2 * x, in.at(c, y, x));
        }
      }
    }
    return out;
  }

  private static final class Weight {
    final int out;
    final int in;
    final int kernel;
    final double[] values;

    Weight(int out, int in, int kernel, double[] values) {
      this.out = out;
      this.in = in;
      this.kernel = kernel;
      this.values = values;
    }

    double at(int o, int i, int v, int u) {
      return values[((o * in + i) * kernel + v) * kernel + u];
    }
  }

  /** Square channels, zero outside. */
  static final class Plane {
    final int channels;
    final int size;
    final double[] values;

    Plane(int channels, int size) {
      this.channels = channels;
      this.size = size;
      this.values = new double[channels * size * size];
    }

    double at(int c, int y, int x) {
      boolean inside = y >= 0 && y < size && x >= 0 && x < size;
      return inside ? values[(c * size + y) * size + x] : 0;
    }

    void add(int c, int y, int x, double value) {
      values[(c * size + y) * size + x] += value;
    }
  }
}
