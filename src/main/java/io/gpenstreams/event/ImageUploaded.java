package io.gpenstreams.event;

import java.time.Instant;

/**
 * A photo to restore: one {@code image-uploaded} event, or one object of an S3 event notification.
 *
 * @param imageId the platform's name of the photo; key of every record about it
 * @param source where the photo is
 * @param contentType as the uploader stated it, or null; the bytes decide
 * @param sizeBytes as the uploader stated it, or null
 * @param uploadedAt null if not stated
 * @param options options for this photo, never null; they can only tighten the operator's limits
 */
public record ImageUploaded(
    String imageId,
    Source source,
    String contentType,
    Long sizeBytes,
    Instant uploadedAt,
    Options options) {

  /** Replaces absent options by {@link Options#NONE}. */
  public ImageUploaded {
    options = options == null ? Options.NONE : options;
  }

  /**
   * An object in S3.
   *
   * @param versionId the version to read, or null for the newest
   * @param etag what the object's ETag must be, or null for any
   */
  public record Source(String bucket, String key, String versionId, String etag) {}

  /**
   * The uploader's options; null means the operator's setting.
   *
   * @param scale {@code auto}, {@code 1}, {@code 2} or {@code 4}
   * @param blend weight of the restored face, 0…1
   * @param maxFaces most faces to restore, at least 0
   * @param format {@code auto}, {@code jpeg}, {@code png} or {@code webp}
   * @param faceCrops whether to store each restored face by itself
   */
  public record Options(
      String scale, Double blend, Integer maxFaces, String format, Boolean faceCrops) {
    /** No options. */
    public static final Options NONE = new Options(null, null, null, null, null);
  }
}
