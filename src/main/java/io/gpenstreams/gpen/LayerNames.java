package io.gpenstreams.gpen;

/** How checkpoints number the generator's layers. */
final class LayerNames {
  private LayerNames() {}

  /** The layer that comes from the level below, of level 1 and up. */
  static String upsampling(int level) {
    return "generator.convs." + 2 * (level - 1);
  }

  /** The layer that stays at its level. */
  static String convolution(int level) {
    return level == 0 ? "generator.conv1" : "generator.convs." + (2 * level - 1);
  }

  /** The layer that gives a level's picture. */
  static String toRgb(int level) {
    return level == 0 ? "generator.to_rgb1" : "generator.to_rgbs." + (level - 1);
  }
}
