package io.gpenstreams.gpen;

import java.util.ArrayList;
import java.util.List;

/**
 * An image-shaped value {@code [N,C,S,S]} that is computed in bands of rows. The data of one band
 * stays in the processor's cache, and no tensor of the whole resolution exists.
 *
 * @param parts the bands from the top to the bottom, {@code [N,C,rows,S]}
 * @param rows of each band
 */
record Bands(List<String> parts, int rows) {
  Bands {
    parts = List.copyOf(parts);
  }

  /** The whole value as one band. */
  static Bands whole(String value, int size) {
    return new Bands(List.of(value), size);
  }

  /** Some rows. */
  String window(Operators operators, Rows wanted) {
    List<String> pieces = new ArrayList<>();
    for (int part = wanted.from() / rows; part * rows < wanted.to(); part++) {
      int top = part * rows;
      int from = Math.max(wanted.from() - top, 0);
      int to = Math.min(wanted.to() - top, rows);
      String band = parts.get(part);
      pieces.add(
          from == 0 && to == rows
              ? band
              : operators.rows("%s.from_%d_to_%d".formatted(band, from, to), band, from, to));
    }
    return pieces.size() == 1
        ? pieces.get(0)
        : operators.joinRows(
            "%s.rows_%d_to_%d".formatted(parts.get(0), wanted.from(), wanted.to()), pieces);
  }
}
