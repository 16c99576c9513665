package io.gpenstreams.storage;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Set;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Photos in and results out of S3. Reads only from the operator's buckets, whatever an event says,
 * and never more bytes than the limit. Immutable; safe for any number of threads.
 */
public final class PhotoStore {
  // A photo is held in one array.
  private static final int LARGEST = 1 << 30;

  private final S3Client s3;
  private final Set<String> sourceBuckets;
  private final String restoredBucket;
  private final int maxBytes;

  /**
   * A store on a client that somebody else closes.
   *
   * @param sourceBuckets the only buckets that are read
   * @param maxBytes largest photo, at most 1 GiB
   */
  public PhotoStore(S3Client s3, Set<String> sourceBuckets, String restoredBucket, long maxBytes) {
    this.s3 = s3;
    this.sourceBuckets = Set.copyOf(sourceBuckets);
    this.restoredBucket = restoredBucket;
    if (maxBytes < 1 || maxBytes > LARGEST) {
      throw new IllegalArgumentException(
          "gpen.limits.source-bytes must be from 1 to " + LARGEST + ", not " + maxBytes);
    }
    this.maxBytes = (int) maxBytes;
  }

  /**
   * Reads a photo.
   *
   * @throws RestorationException {@code SOURCE_FORBIDDEN}, {@code SOURCE_NOT_FOUND}, {@code
   *     SOURCE_TOO_LARGE} or {@code STORAGE_UNAVAILABLE}
   */
  public byte[] fetch(ImageUploaded.Source source) {
    if (!sourceBuckets.contains(source.bucket())) {
      throw failure(
          ErrorCode.SOURCE_FORBIDDEN,
          Stage.FETCH,
          "bucket " + source.bucket() + " is not one of gpen.storage.source-buckets",
          null);
    }
    return bytes(
        GetObjectRequest.builder()
            .bucket(source.bucket())
            .key(source.key())
            .versionId(source.versionId())
            .ifMatch(quoted(source.etag()))
            .build());
  }

  /**
   * Reads a result; one larger than the limit for photos is not for reading at once.
   *
   * @throws RestorationException {@code SOURCE_FORBIDDEN} if it lies in another bucket than the
   *     results', else as {@link #fetch}
   */
  public byte[] read(StoredObject result) {
    if (!restoredBucket.equals(result.bucket())) {
      throw failure(
          ErrorCode.SOURCE_FORBIDDEN,
          Stage.FETCH,
          "bucket " + result.bucket() + " is not gpen.storage.restored-bucket",
          null);
    }
    return bytes(GetObjectRequest.builder().bucket(result.bucket()).key(result.key()).build());
  }

  private byte[] bytes(GetObjectRequest request) {
    try (ResponseInputStream<GetObjectResponse> object = s3.getObject(request)) {
      Long length = object.response().contentLength();
      if (length != null && length > maxBytes) {
        object.abort();
        throw tooLarge(length + " bytes");
      }
      byte[] bytes = length == null ? object.readNBytes(maxBytes) : whole(object, length);
      // One byte more tells a longer object from one that just fits, whatever its header said.
      if (object.read() >= 0) {
        object.abort();
        throw tooLarge("more bytes than stated");
      }
      if (length != null && bytes.length != length) {
        throw failure(
            ErrorCode.STORAGE_UNAVAILABLE,
            Stage.FETCH,
            "the transfer ended after %d of %d bytes".formatted(bytes.length, length),
            null);
      }
      return bytes;
    } catch (S3Exception e) {
      throw refused(e, Stage.FETCH, request.bucket() + "/" + request.key());
    } catch (SdkException | IOException e) {
      throw unavailable(e, Stage.FETCH);
    }
  }

  // Into one array from the start, which does without a second copy of a large photo.
  private static byte[] whole(InputStream in, long length) throws IOException {
    byte[] bytes = new byte[(int) length];
    int read = in.readNBytes(bytes, 0, bytes.length);
    return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
  }

  /**
   * Writes a result.
   *
   * @param key holds the content's SHA-256, so that writing again changes nothing
   * @throws RestorationException {@code STORAGE_UNAVAILABLE}, or {@code INTERNAL} if S3 refuses
   */
  public StoredObject put(String key, byte[] bytes, String contentType) {
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(restoredBucket)
            .key(key)
            .contentType(contentType)
            .contentLength((long) bytes.length)
            .build();
    try {
      s3.putObject(request, RequestBody.fromBytes(bytes));
      return new StoredObject(restoredBucket, key);
    } catch (S3Exception e) {
      throw refused(e, Stage.STORE, restoredBucket + "/" + key);
    } catch (SdkException e) {
      throw unavailable(e, Stage.STORE);
    }
  }

  // S3 notifications state ETags without the quotes that HTTP wants.
  private static String quoted(String etag) {
    return etag == null || etag.startsWith("\"") ? etag : '"' + etag + '"';
  }

  private RestorationException tooLarge(String size) {
    return failure(
        ErrorCode.SOURCE_TOO_LARGE,
        Stage.FETCH,
        "%s are over the limit of %d (gpen.limits.source-bytes)".formatted(size, maxBytes),
        null);
  }

  private static RestorationException refused(S3Exception e, Stage stage, String object) {
    int status = e.statusCode();
    if (status == 429 || status >= 500) {
      return unavailable(e, stage);
    }
    if (stage == Stage.STORE) {
      return failure(
          ErrorCode.STORAGE_UNAVAILABLE,
          stage,
          "S3 answered %d to writing %s".formatted(status, object),
          e);
    }
    return switch (status) {
      case 401, 403 ->
          failure(ErrorCode.SOURCE_FORBIDDEN, stage, "S3 does not let us read " + object, e);
      case 404 -> failure(ErrorCode.SOURCE_NOT_FOUND, stage, object + " does not exist", e);
      case 412 ->
          failure(
              ErrorCode.SOURCE_NOT_FOUND, stage, object + " is no longer what the event named", e);
      default ->
          failure(
              ErrorCode.SOURCE_NOT_FOUND,
              stage,
              "S3 answered %d to reading %s".formatted(status, object),
              e);
    };
  }

  private static RestorationException unavailable(Exception e, Stage stage) {
    return failure(ErrorCode.STORAGE_UNAVAILABLE, stage, "S3 did not answer as it should", e);
  }

  private static RestorationException failure(
      ErrorCode code, Stage stage, String message, Throwable cause) {
    return new RestorationException(code, stage, message, cause);
  }
}
