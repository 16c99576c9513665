package io.gpenstreams.gpen;

/**
 * The range of the values of an image.
 *
 * @param middle the value between black and white
 * @param half the distance of black and of white from the middle
 */
record PixelRange(double middle, double half) {
  /** Levels 0…255. */
  static final PixelRange LEVELS = new PixelRange(127.5, 127.5);

  /** −1…1, as GPEN computes. */
  static final PixelRange NORMALISED = new PixelRange(0, 1);
}
