package io.gpenstreams.gpen;

/**
 * What the values of an image are.
 *
 * @param middle between black and white
 * @param half how far either is from it
 */
record PixelRange(double middle, double half) {
  /** Levels 0…255. */
  static final PixelRange LEVELS = new PixelRange(127.5, 127.5);

  /** −1…1, as GPEN computes. */
  static final PixelRange NORMALISED = new PixelRange(0, 1);
}
