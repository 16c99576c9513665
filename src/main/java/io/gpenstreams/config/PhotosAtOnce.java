package io.gpenstreams.config;

/** How many photos a process works on at the same time. */
public final class PhotosAtOnce {
  private static final int FEWEST = 8;
  private static final int MOST = 32;

  private PhotosAtOnce() {}

  /** What the operator says, or four a processor: most of them wait for S3 or the model. */
  public static int of(GpenConfig config) {
    int usual = 4 * Runtime.getRuntime().availableProcessors();
    return config.stream().inFlight().orElse(Math.min(MOST, Math.max(FEWEST, usual)));
  }
}
