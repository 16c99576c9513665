package io.gpenstreams.gpen;

import java.util.List;

/** A random generator of GPEN's smallest size, 64, whose resolutions all differ in width. */
final class SmallGenerator {
  private SmallGenerator() {}

  static RandomWeights weights() {
    return new RandomWeights(new Architecture(List.of(12, 10, 8, 6, 4)));
  }
}
