package io.gpenstreams.hallucination;

import java.util.Arrays;

/**
 * Sums over the bands in each region of a face: power of the output, the part of it that the input
 * does not support, power of the input, and the part of it that the output has lost. The entry
 * after the last region is the whole face.
 */
final class RegionSums {
  // Amplitude, in grey levels, of which half counts as seen.
  private static final double JUST_SEEN = 1;
  // Invisible unsupported power that codecs and interpolation leave, in grey levels squared.
  private static final float UNSEEN = 1;
  // The input's noise is everywhere: what the least structured quarter of the face holds, and as
  // much again for chance.
  private static final double NOISE_MARGIN = 2;
  // A restorer may lower the contrast of all: that is not detail lost.
  private static final double LEAST_GAIN = 0.5;

  private final int regions;
  private final double[][] invented;
  private final double[][] after;
  private final double[][] before;
  private final double[][] lost;
  private final double[] noise;
  private final double[] gain;
  private final int[][] cells;

  RegionSums(BandSupport[] bands, FaceRegions face) {
    this.regions = face.names().size();
    this.invented = new double[bands.length][regions + 1];
    this.after = new double[bands.length][regions + 1];
    this.before = new double[bands.length][regions + 1];
    this.lost = new double[bands.length][regions + 1];
    this.cells = new int[bands.length][regions + 1];
    this.noise = new double[bands.length];
    this.gain = new double[bands.length];
    // The coarse shading first, which tells the change of contrast.
    double contrast = 1;
    for (int band = bands.length - 1; band >= 0; band--) {
      byte[] grid = face.on(bands[band].side());
      add(bands[band], grid, band);
      if (band == bands.length - 1 && before[band][regions] > 0) {
        contrast = Math.min(1, after[band][regions] / before[band][regions]);
        contrast = Math.max(LEAST_GAIN, contrast);
      }
      gain[band] = contrast;
      int inFace = cells[band][regions];
      noise[band] = NOISE_MARGIN * contrast * quarter(bands[band].before(), grid, inFace);
      addLost(bands[band], grid, band);
    }
  }

  private void add(BandSupport band, byte[] grid, int number) {
    float[] xx = band.before();
    float[] yy = band.after();
    float[] support = band.support();
    for (int i = 0; i < grid.length; i++) {
      int region = grid[i];
      if (region != FaceRegions.OUTSIDE) {
        before[number][region] += xx[i];
        after[number][region] += yy[i];
        invented[number][region] += Math.max(0, yy[i] * (1 - support[i]) - UNSEEN);
        cells[number][region]++;
      }
    }
    sumUp(before[number]);
    sumUp(after[number]);
    sumUp(invented[number]);
    for (int region = 0; region < regions; region++) {
      cells[number][regions] += cells[number][region];
    }
  }

  private void addLost(BandSupport band, byte[] grid, int number) {
    float[] xx = band.before();
    float[] yy = band.after();
    for (int i = 0; i < grid.length; i++) {
      if (grid[i] != FaceRegions.OUTSIDE) {
        lost[number][grid[i]] += lost(xx[i], yy[i], number);
      }
    }
    sumUp(lost[number]);
  }

  private void sumUp(double[] sums) {
    for (int region = 0; region < regions; region++) {
      sums[regions] += sums[region];
    }
  }

  private static double quarter(float[] power, byte[] grid, int cells) {
    if (cells == 0) {
      return 0;
    }
    float[] inFace = new float[cells];
    int count = 0;
    for (int i = 0; i < grid.length; i++) {
      if (grid[i] != FaceRegions.OUTSIDE) {
        inFace[count++] = power[i];
      }
    }
    Arrays.sort(inFace);
    return inFace[cells / 4];
  }

  /** Power of the input's band at a place that is not noise and that the output lacks. */
  double lost(float xx, float yy, int band) {
    return Math.max(0, gain[band] * xx - yy - noise[band]);
  }

  /** The place of the whole face. */
  int face() {
    return regions;
  }

  /** Share of the output's power in a band that the input does not support, 0…1. */
  double unsupported(int band, int region) {
    return share(invented[band][region], after[band][region]);
  }

  /** Share of the input's power in a band that is detail and that the output lacks, 0…1. */
  double lost(int band, int region) {
    return share(lost[band][region], gain[band] * before[band][region]);
  }

  private static double share(double part, double all) {
    return all > 0 ? Math.min(1, part / all) : 0;
  }

  /** Amplitude of the output's band in a region, in grey levels. */
  double amplitude(int band, int region) {
    return rms(after, band, region);
  }

  /** Amplitude of the input's band in a region, in grey levels. */
  double amplitudeBefore(int band, int region) {
    return rms(before, band, region);
  }

  private double rms(double[][] power, int band, int region) {
    int count = cells[band][region];
    return count == 0 ? 0 : Math.sqrt(power[band][region] / count);
  }

  /** How much of an amplitude is seen, 0…1. */
  static double seen(double amplitude) {
    double power = amplitude * amplitude;
    return power / (power + JUST_SEEN * JUST_SEEN);
  }
}
