package io.gpenstreams.config;

/** How many photos a process works on at the same time. */
public final class PhotosAtOnce {
  private static final int FEWEST = 4;
  private static final int MOST = 16;

  private PhotosAtOnce() {}

  /** What the operator says, or twice the processors: photos wait for S3 and the model, too. */
  public static int of(GpenConfig config) {
    int usual = 2 * Runtime.getRuntime().availableProcessors();
    return config.stream().inFlight().orElse(Math.min(MOST, Math.max(FEWEST, usual)));
  }
}
