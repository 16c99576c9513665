package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Where in a crop something was invented, recoloured or lost: three values a cell, 0…1 each.
 *
 * <p>Each band counts by what of it is seen. A band that the input supports almost nowhere counts
 * little at any one place, so that a change at one place stands out; but never nothing, so that
 * what was invented everywhere shows everywhere.
 */
final class FaceMap {
  /** Cells on each side. */
  static final int SIDE = 256;

  /** What the channels stand for, in their order. */
  static final int CHANNELS = 3;

  private static final double LEAST_WEIGHT = 0.4;
  // Grey levels that are half seen: what is flat in input and output shows nothing.
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
    float[] recoloured = enlarged(colour.values(), ColourChange.SIDE);
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
    int count = side * side;
    float[] invented = new float[count];
    float[] seen = new float[count];
    float[] lost = new float[count];
    float[] held = new float[count];
    for (int i = 0; i < count; i++) {
      seen[i] = weight * (float) Math.sqrt(Math.max(0, band.after()[i]));
      invented[i] = seen[i] * (1 - band.support()[i]);
      boolean detail = number < BandPyramid.BANDS - 1;
      held[i] = detail ? (float) Math.sqrt(Math.max(0, band.before()[i])) : 0;
      lost[i] =
          detail ? (float) Math.sqrt(sums.lost(band.before()[i], band.after()[i], number)) : 0;
    }
    float[][] planes = {invented, seen, lost, held};
    for (int plane = 0; plane < planes.length; plane++) {
      float[] fine = enlarged(planes[plane], side);
      for (int i = 0; i < fine.length; i++) {
        into[plane][i] += fine[i];
      }
    }
  }

  private static float[] enlarged(float[] values, int side) {
    if (side == SIDE) {
      return values;
    }
    float[] fine = new float[SIDE * SIDE];
    try (Mat coarse = new Mat(side, side, CV_32FC1);
        Mat enlarged = new Mat();
        Size size = new Size(SIDE, SIDE)) {
      FloatBuffer in = coarse.createBuffer();
      in.put(values);
      resize(coarse, enlarged, size, 0, 0, INTER_LINEAR);
      FloatBuffer out = enlarged.createBuffer();
      out.get(fine);
    }
    return fine;
  }
}
