package io.gpenstreams.storage;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Reads photos from S3 and writes results to it. It reads only from the operator's buckets,
 * whatever an event names, and never more bytes than the limit. {@link StorageHealth} judges
 * failures. Safe for any number of threads.
 */
public final class PhotoStore {
  private final S3Objects objects;
  private final StorageHealth health;
  private final StorageSettings settings;

  PhotoStore(S3Objects objects, StorageHealth health, StorageSettings settings) {
    this.objects = objects;
    this.health = health;
    this.settings = settings;
  }

  /**
   * Reads a photo.
   *
   * @throws RestorationException {@code SOURCE_FORBIDDEN}, {@code SOURCE_NOT_FOUND}, {@code
   *     SOURCE_TOO_LARGE} or {@code STORAGE_UNAVAILABLE}
   */
  public byte[] fetch(ImageUploaded.Source source) {
    if (!settings.sourceBuckets().contains(source.bucket())) {
      throw new RestorationException(
          ErrorCode.SOURCE_FORBIDDEN,
          Stage.FETCH,
          "bucket " + source.bucket() + " is not one of gpen.storage.source-buckets");
    }
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(source.bucket())
            .key(source.key())
            .versionId(source.versionId())
            .ifMatch(quoted(source.etag()))
            .build();
    byte[] photo;
    try {
      photo = objects.get(request, settings.maxBytes());
    } catch (S3Objects.TooLargeException e) {
      health.read(source.bucket(), source.key());
      throw tooLarge(e);
    } catch (S3Failure e) {
      throw health.judge(request, e);
    }
    health.read(source.bucket(), source.key());
    return photo;
  }

  /**
   * Reads a result; one larger than the limit for photos is not for reading at once.
   *
   * @throws RestorationException {@code SOURCE_FORBIDDEN} if it is in another bucket than the
   *     results' or S3 does not serve it, else as {@link #fetch}
   */
  public byte[] read(StoredObject result) {
    if (!settings.restoredBucket().equals(result.bucket())) {
      throw new RestorationException(
          ErrorCode.SOURCE_FORBIDDEN,
          Stage.FETCH,
          "bucket " + result.bucket() + " is not gpen.storage.restored-bucket");
    }
    try {
      return objects.get(
          GetObjectRequest.builder().bucket(result.bucket()).key(result.key()).build(),
          settings.maxBytes());
    } catch (S3Objects.TooLargeException e) {
      throw tooLarge(e);
    } catch (S3Failure e) {
      String object = result.bucket() + "/" + result.key();
      throw switch (e.fault().kind()) {
        case GONE -> unreadable(ErrorCode.SOURCE_NOT_FOUND, object + " does not exist", e);
        case DENIED, ARCHIVED ->
            unreadable(ErrorCode.SOURCE_FORBIDDEN, "S3 does not let us read " + object, e);
        default -> unreadable(ErrorCode.STORAGE_UNAVAILABLE, e.fault().reason(), e);
      };
    }
  }

  private static RestorationException unreadable(ErrorCode code, String message, S3Failure e) {
    return new RestorationException(code, Stage.FETCH, message, e);
  }

  /**
   * Writes a result, and verifies that S3 has stored these bytes.
   *
   * @param key holds the content's SHA-256, so that writing again changes nothing
   * @throws RestorationException {@code STORAGE_UNAVAILABLE}
   */
  public StoredObject put(String key, byte[] bytes, String contentType) {
    try {
      objects.put(settings.restoredBucket(), key, bytes, contentType);
    } catch (S3Failure e) {
      throw health.judge(key, e);
    }
    health.wrote();
    return new StoredObject(settings.restoredBucket(), key);
  }

  // S3 notifications omit the quotes that HTTP requires around ETags.
  private static String quoted(String etag) {
    return etag == null || etag.startsWith("\"") ? etag : '"' + etag + '"';
  }

  private RestorationException tooLarge(S3Objects.TooLargeException e) {
    return new RestorationException(
        ErrorCode.SOURCE_TOO_LARGE,
        Stage.FETCH,
        "%s are over the limit of %d (gpen.limits.source-bytes)"
            .formatted(e.getMessage(), settings.maxBytes()),
        e);
  }
}
