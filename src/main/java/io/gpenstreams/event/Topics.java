package io.gpenstreams.event;

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

  private Topics() {}
}
