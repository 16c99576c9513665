package io.gpenstreams.gpen;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Some rows of an image-shaped value.
 *
 * @param from the first
 * @param to one after the last
 * @param size of the whole value
 */
record Rows(int from, int to, int size) {

  /** Divides the whole value into bands. */
  static List<Rows> bands(int rows, int size) {
    return IntStream.range(0, size / rows)
        .mapToObj(i -> new Rows(i * rows, (i + 1) * rows, size))
        .toList();
  }

  int count() {
    return to - from;
  }

  /** These rows and their neighbours, as far as the value has them. */
  Rows widened(int above, int below) {
    return new Rows(Math.max(from - above, 0), Math.min(to + below, size), size);
  }

  /** How many of {@code padding} rows above the value does not have. */
  int missingAbove(int padding) {
    return Math.max(padding - from, 0);
  }

  /** How many of {@code padding} rows below the value does not have. */
  int missingBelow(int padding) {
    return Math.max(to + padding - size, 0);
  }

  /** A value's name, with these rows unless they are all rows. */
  String name(String value) {
    return count() == size ? value : "%s.rows_%d_to_%d".formatted(value, from, to);
  }
}
