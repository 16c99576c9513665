package io.gpenstreams.hallucination;

import io.gpenstreams.face.Landmarks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which region of the face each cell of a square grid over the crop belongs to. Ellipses overlap;
 * the first one has the cell. Places in the face and in no feature are skin. For one thread.
 */
final class FaceRegions {
  /** Cells that belong to no region. */
  static final int OUTSIDE = -1;

  private final List<String> names;
  private final Ellipse[] ellipses;
  private final double side;
  private final Map<Integer, byte[]> grids = new HashMap<>();

  /**
   * The regions of one face.
   *
   * @param landmarks in the crop's pixels
   * @param side of the crop, in pixels
   */
  FaceRegions(Landmarks landmarks, double side) {
    Map<String, Ellipse> byName = Ellipse.ofFace(landmarks, 1);
    this.names = new ArrayList<>(byName.keySet());
    this.ellipses = byName.values().toArray(Ellipse[]::new);
    this.side = side;
  }

  /** The names in the order of their numbers; the last one is the skin. */
  List<String> names() {
    return names;
  }

  /** How many regions are features that people are recognised by: all but the skin. */
  int features() {
    return names.size() - 1;
  }

  /**
   * The region of each cell, row by row: a number or {@link #OUTSIDE}; not to be changed.
   *
   * @param cells on each side of the grid
   */
  byte[] on(int cells) {
    return grids.computeIfAbsent(cells, this::draw);
  }

  private byte[] draw(int cells) {
    byte[] regions = new byte[cells * cells];
    Arrays.fill(regions, (byte) OUTSIDE);
    Ellipse face = ellipses[ellipses.length - 1];
    double cell = side / cells;
    for (int row = 0; row < cells; row++) {
      // Pixels are named after their centres, and so are cells.
      double y = (row + 0.5) * cell - 0.5;
      if (Math.abs(y - face.y()) > face.radiusY()) {
        continue;
      }
      for (int column = 0; column < cells; column++) {
        double x = (column + 0.5) * cell - 0.5;
        if (face.contains(x, y)) {
          regions[row * cells + column] = (byte) Ellipse.firstAt(ellipses, x, y);
        }
      }
    }
    return regions;
  }
}
