package io.gpenstreams.restore;

import io.gpenstreams.event.RestoredImage.StoredObject;

/** Where the files made of one photo go. */
public interface ResultSink {

  /** What a file is. */
  enum Kind {
    /** The restored photo. */
    PHOTO,
    /** Where detail was invented. */
    MAP,
    /** One restored face. */
    FACE
  }

  /** Whether files of this kind are wanted at all; what is not wanted is not made. */
  boolean wants(Kind kind);

  /**
   * Stores a file.
   *
   * @param name without a folder; holds the content's SHA-256, so that equal names are equal bytes
   * @return where it lies
   */
  StoredObject store(Kind kind, String name, byte[] bytes, String contentType);
}
