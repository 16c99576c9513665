package io.gpenstreams.companion;

/**
 * A convolution as a checkpoint holds it and a network uses it; its widths are in its tensors'
 * shapes.
 *
 * @param name of its tensors, without {@code .weight}
 * @param kernel side of its kernel
 * @param stride pixels from one place to the next
 * @param biased whether it has a bias of its own
 * @param norm name of the batch normalisation after it; empty for none
 * @param depthwise whether each channel is convolved by itself
 * @param reflected whether it is padded by reflection and not with zeros
 * @param factor of what it gives
 */
record Convolution(
    String name,
    int kernel,
    int stride,
    boolean biased,
    String norm,
    boolean depthwise,
    boolean reflected,
    float factor) {

  /** One that is padded with zeros to give as many pixels as it takes. */
  static Convolution of(String name, int kernel) {
    return new Convolution(name, kernel, 1, false, "", false, false, 1);
  }

  Convolution strided(int pixels) {
    return new Convolution(name, kernel, pixels, biased, norm, depthwise, reflected, factor);
  }

  Convolution withBias() {
    return new Convolution(name, kernel, stride, true, norm, depthwise, reflected, factor);
  }

  Convolution normalised(String by) {
    return new Convolution(name, kernel, stride, biased, by, depthwise, reflected, factor);
  }

  Convolution perChannel() {
    return new Convolution(name, kernel, stride, biased, norm, true, reflected, factor);
  }

  Convolution mirrored() {
    return new Convolution(name, kernel, stride, biased, norm, depthwise, true, factor);
  }

  Convolution times(float number) {
    return new Convolution(name, kernel, stride, biased, norm, depthwise, reflected, number);
  }

  /** Pixels that are added on each side. */
  int padding() {
    return kernel / 2;
  }

  String weight() {
    return name + ".weight";
  }

  String bias() {
    return name + ".bias";
  }
}
