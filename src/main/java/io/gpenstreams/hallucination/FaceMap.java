package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;

import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Where in a crop something was invented, recoloured or lost: three values a cell, 0…1 each.
 *
 * <p>Each band has a weight by its visible part. A band that the input supports almost nowhere has
 * a small weight, so that a change at one place stands out. The weight is never 0, so that detail
 * that was invented everywhere shows everywhere.
 */
final class FaceMap {
  /** Cells on each side. */
  static final int SIDE = 256;

  /** What the channels stand for, in their order. */
  static final int CHANNELS = 3;

  private static final double LEAST_WEIGHT = 0.4;
  // Grey levels of which half counts as seen: places that are flat in input and output show
  // nothing.
  private static final float JUST_SEEN = 3;

  private FaceMap() {}

  /**
   * Draws a face's map.
   *
   * @return 32-bit, three channels (invented, recoloured, lost), {@code SIDE × SIDE}; the caller
   *     closes it
   */
  static Mat of(BandSupport[] bands, RegionSums sums, ColourChange colour) {
    int cells = SIDE * SIDE;
    float[] invented = new float[cells];
    float[] seen = new float[cells];
    float[] lost = new float[cells];
    float[] held = new float[cells];
    for (int band = 0; band < bands.length; band++) {
      float weight = (float) Math.max(LEAST_WEIGHT, 1 - sums.unsupported(band, sums.face()));
      add(bands[band], sums, band, weight, new float[][] {invented, seen, lost, held});
    }
    float[] recoloured = new float[cells];
    addEnlarged(colour.values(), ColourChange.SIDE, recoloured);
    float[] values = new float[CHANNELS * cells];
    for (int i = 0; i < cells; i++) {
      values[CHANNELS * i] = invented[i] / (seen[i] + JUST_SEEN);
      values[CHANNELS * i + 1] = recoloured[i];
      values[CHANNELS * i + 2] = lost[i] / (held[i] + JUST_SEEN);
    }
    Mat map = new Mat(SIDE, SIDE, CV_32FC3);
    FloatBuffer buffer = map.createBuffer();
    buffer.put(values);
    return map;
  }

  private static void add(
      BandSupport band, RegionSums sums, int number, float weight, float[][] into) {
    int side = band.side();
    // Bands of the map's own size are added as they are.
    float[][] planes = side == SIDE ? into : new float[into.length][side * side];
    boolean detail = number < BandPyramid.BANDS - 1;
    for (int i = 0; i < side * side; i++) {
      float seen = weight * (float) Math.sqrt(Math.max(0, band.after()[i]));
      planes[0][i] += seen * (1 - band.support()[i]);
      planes[1][i] += seen;
      if (detail) {
        planes[2][i] += (float) Math.sqrt(sums.lost(band.before()[i], band.after()[i], number));
        planes[3][i] += (float) Math.sqrt(Math.max(0, band.before()[i]));
      }
    }
    for (int plane = 0; side != SIDE && plane < planes.length; plane++) {
      addEnlarged(planes[plane], side, into[plane]);
    }
  }

  // Linear between the centres of the coarse cells: down first, then across.
  private static void addEnlarged(float[] coarse, int side, float[] into) {
    int[] left = new int[SIDE];
    float[] beside = new float[SIDE];
    for (int x = 0; x < SIDE; x++) {
      float column = place(x, side);
      left[x] = (int) column;
      beside[x] = column - left[x];
    }
    // The last cell twice, so that each has one to its right.
    float[] row = new float[side + 1];
    for (int y = 0; y < SIDE; y++) {
      float place = place(y, side);
      int above = (int) place;
      int top = above * side;
      int bottom = Math.min(above + 1, side - 1) * side;
      float below = place - above;
      for (int i = 0; i < side; i++) {
        row[i] = coarse[top + i] + below * (coarse[bottom + i] - coarse[top + i]);
      }
      row[side] = row[side - 1];
      for (int x = 0; x < SIDE; x++) {
        int cell = left[x];
        into[y * SIDE + x] += row[cell] + beside[x] * (row[cell + 1] - row[cell]);
      }
    }
  }

  private static float place(int fine, int side) {
    return Math.max(0, Math.min(side - 1f, (fine + 0.5f) * side / SIDE - 0.5f));
  }
}
