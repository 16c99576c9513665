package io.gpenstreams.event;

import java.util.List;

/** The topics' names, which are part of the contract. */
public final class Topics {
  /** Photos to restore. */
  public static final String IMAGE_UPLOADED = "image-uploaded";

  /** Results. */
  public static final String RESTORED_IMAGE = "restored-image";

  /** Dead letters. */
  public static final String IMAGE_RESTORATION_FAILED = "image-restoration-failed";

  /** Marks of the dead letters that were sent back, compacted. */
  public static final String IMAGE_REPLAYED = "image-replayed";

  /** What the service reads and writes. */
  public static final List<String> OF_THE_SERVICE =
      List.of(IMAGE_UPLOADED, RESTORED_IMAGE, IMAGE_RESTORATION_FAILED);

  private Topics() {}
}
