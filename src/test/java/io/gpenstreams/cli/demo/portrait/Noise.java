package io.gpenstreams.cli.demo.portrait;

/**
 * Noise that is a function of its place and its seed alone, so that any order of drawing agrees.
 */
final class Noise {
  private final long seed;

  Noise(long seed) {
    this.seed = seed;
  }

  /** White noise in [0, 1). */
  double white(int x, int y) {
    long h = seed * 0x9E3779B97F4A7C15L + x * 0xC2B2AE3D27D4EB4FL + y * 0x165667B19E3779F9L;
    h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
    h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
    return ((h ^ (h >>> 32)) >>> 11) * 0x1p-53;
  }

  /** Roughly normal noise of variance 1. */
  double normal(int x, int y) {
    return (white(x, y) + white(x + 7919, y) + white(x, y + 6101) + white(x + 104729, y) - 2)
        * 1.732;
  }

  /** Noise in [−1, 1] that changes smoothly over a distance of 1. */
  double smooth(double x, double y) {
    int ix = (int) Math.floor(x);
    int iy = (int) Math.floor(y);
    double fx = x - ix;
    double fy = y - iy;
    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);
    double top = white(ix, iy) + (white(ix + 1, iy) - white(ix, iy)) * fx;
    double bottom = white(ix, iy + 1) + (white(ix + 1, iy + 1) - white(ix, iy + 1)) * fx;
    return 2 * (top + (bottom - top) * fy) - 1;
  }

  /** Smooth noise summed over octaves, each of half the size and half the strength of the last. */
  double fractal(double x, double y, int octaves) {
    double sum = 0;
    double strength = 1;
    for (int octave = 0; octave < octaves; octave++) {
      sum += strength * smooth(x + 17.3 * octave, y - 9.7 * octave);
      x = x * 1.94 + y * 0.47;
      y = y * 1.94 - x * 0.22;
      strength *= 0.5;
    }
    return sum;
  }
}
