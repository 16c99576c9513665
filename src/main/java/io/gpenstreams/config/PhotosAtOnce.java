package io.gpenstreams.config;

/** How many photos a process works on at the same time. */
public final class PhotosAtOnce {
  private static final int FEWEST = 8;
  private static final int MOST = 32;
  // The heap also holds results, events and what codecs return.
  private static final int SHARE_OF_HEAP = 2;

  private PhotosAtOnce() {}

  /**
   * What the operator says, or four a processor, since most of them wait for S3 or the model; but
   * no more than have room in half of the heap if each is as large as it may be.
   */
  public static int of(GpenConfig config) {
    return config.stream()
        .inFlight()
        .orElseGet(
            () ->
                of(
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.getRuntime().maxMemory(),
                    config.limits().sourceBytes().asLongValue()));
  }

  /**
   * The number without the operator's word.
   *
   * @param heap in bytes
   * @param photo largest file, in bytes
   */
  static int of(int processors, long heap, long photo) {
    int usual = Math.min(MOST, Math.max(FEWEST, 4 * processors));
    return (int) Math.max(1, Math.min(usual, heap / SHARE_OF_HEAP / photo));
  }
}
