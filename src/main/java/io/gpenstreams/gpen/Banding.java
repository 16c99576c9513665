package io.gpenstreams.gpen;

/**
 * How many rows of a resolution are computed at a time. A band of a high resolution fits the
 * processor's cache.
 *
 * @param inBands whether there is more than one band anywhere
 */
record Banding(boolean inBands) {
  static final Banding NONE = new Banding(false);
  static final Banding FOR_CACHES = new Banding(true);

  private static final int LARGEST_WHOLE = 256;
  // Twice the rows at twice the side: a band then needs exactly one of the resolution below.
  private static final int BANDS = 16;

  int rows(int size) {
    return inBands && size > LARGEST_WHOLE ? size / BANDS : size;
  }
}
