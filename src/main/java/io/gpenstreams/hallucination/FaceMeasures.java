package io.gpenstreams.hallucination;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The measures of one face; formulas are in {@code docs/hallucination.md}.
 *
 * @param face all of the face
 * @param identityRisk share of the structure that people are recognised by and that the input does
 *     not support: mean of the eyes, the nose and the mouth, 0…1
 * @param colourChange the largest of any region, 0…1
 * @param effectiveResolution pixels across the crop that carried detail, at least 2
 * @param upsampling crop pixels per pixel that carried detail, at least 1
 * @param regions the same by region: both eyes, nose, mouth, skin
 */
public record FaceMeasures(
    RegionMeasures face,
    double identityRisk,
    double colourChange,
    double effectiveResolution,
    double upsampling,
    Map<String, RegionMeasures> regions) {

  // Of a region, the part that changed most: an iris is an eighth of its eye.
  private static final double MOST_CHANGED = 0.1;

  /** Copies the regions, in their order. */
  public FaceMeasures {
    regions = Collections.unmodifiableMap(new LinkedHashMap<>(regions));
  }

  static FaceMeasures of(
      RegionSums sums, ColourChange colour, FaceRegions face, double resolution, int cropSize) {
    byte[] grid = face.on(ColourChange.SIDE);
    Map<String, RegionMeasures> regions = new LinkedHashMap<>();
    List<String> names = face.names();
    double identityRisk = 0;
    double colourChange = 0;
    for (int region = 0; region < names.size(); region++) {
      double change = most(colour.values(), grid, region);
      RegionMeasures measures = RegionMeasures.of(sums, region, change);
      regions.put(names.get(region), measures);
      colourChange = Math.max(colourChange, change);
      if (region < face.features()) {
        identityRisk += measures.identityRisk() / face.features();
      }
    }
    return new FaceMeasures(
        RegionMeasures.of(sums, sums.face(), colourChange),
        identityRisk,
        colourChange,
        resolution,
        Math.max(1, cropSize / resolution),
        regions);
  }

  private static double most(float[] values, byte[] grid, int region) {
    float[] inRegion = new float[values.length];
    int count = 0;
    for (int i = 0; i < grid.length; i++) {
      if (grid[i] == region) {
        inRegion[count++] = values[i];
      }
    }
    Arrays.sort(inRegion, 0, count);
    int taken = (int) Math.ceil(count * MOST_CHANGED);
    double sum = 0;
    for (int i = count - taken; i < count; i++) {
      sum += inRegion[i];
    }
    return taken == 0 ? 0 : sum / taken;
  }
}
