package io.gpenstreams.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.commons.codec.digest.DigestUtils;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Single requests to S3. Each has a time limit that the server cannot extend, and each failure is
 * classified ({@link S3Fault}). Writes are verified.
 *
 * <p>Safe for any number of threads; the only state is whether requests carry checksums.
 */
final class S3Objects {
  private static final int TRIES = 3;
  private static final int PIECE = 1 << 16;

  private final S3Client s3;
  private final TransferLimits limits;
  private volatile boolean withoutChecksums;

  S3Objects(S3Client s3, TransferLimits limits) {
    this.s3 = s3;
    this.limits = limits;
  }

  /**
   * From now on requests carry only the checksums that S3 requires: some servers refuse others, or
   * store them as part of the object.
   */
  void withoutChecksums(boolean without) {
    withoutChecksums = without;
  }

  /** Whether requests carry only the checksums that S3 requires. */
  boolean withoutChecksums() {
    return withoutChecksums;
  }

  /** An object that has more bytes than allowed. */
  static final class TooLargeException extends Exception {
    private static final long serialVersionUID = 1L;

    TooLargeException(String size) {
      super(size);
    }
  }

  /**
   * Reads an object. A transfer that breaks off is repeated.
   *
   * @throws TooLargeException if it has more than {@code most} bytes
   * @throws S3Failure if S3 does not serve it in time
   */
  byte[] get(GetObjectRequest request, int most) throws TooLargeException {
    Deadline deadline = new Deadline(limits.request());
    for (int tries = 1; ; tries++) {
      try {
        return read(request, most, deadline);
      } catch (IOException e) {
        if (tries == TRIES || deadline.over() || e instanceof SlowTransferException) {
          throw S3Failure.of(e);
        }
      } catch (SdkException | IllegalArgumentException e) {
        throw S3Failure.of(e);
      }
    }
  }

  private byte[] read(GetObjectRequest request, int most, Deadline deadline)
      throws IOException, TooLargeException {
    GetObjectRequest timed =
        request.toBuilder().overrideConfiguration(options(limits.answer())).build();
    try (ResponseInputStream<GetObjectResponse> object = s3.getObject(timed)) {
      boolean whole = false;
      try {
        byte[] bytes = read(object, most, deadline);
        whole = true;
        return bytes;
      } finally {
        if (!whole) {
          // Closing alone would read the rest, however long that takes.
          object.abort();
        }
      }
    }
  }

  private byte[] read(ResponseInputStream<GetObjectResponse> object, int most, Deadline deadline)
      throws IOException, TooLargeException {
    Long length = object.response().contentLength();
    if (length != null && length > most) {
      throw new TooLargeException(length + " bytes");
    }
    // If the length is known, there is one array and no copy.
    byte[] bytes = new byte[length == null ? Math.min(PIECE, most) : length.intValue()];
    Pace pace = new Pace(limits);
    int size = 0;
    while (size < bytes.length) {
      int read = object.read(bytes, size, Math.min(PIECE, bytes.length - size));
      if (read < 0) {
        break;
      }
      size += read;
      if (size == bytes.length && length == null && size < most) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(most, 2L * size));
      }
      deadline.check();
      pace.check(size);
    }
    // One more read detects an object that is longer than its header stated.
    if (size == bytes.length && object.read() >= 0) {
      throw new TooLargeException("more bytes than stated");
    }
    if (length != null && size != length) {
      throw new IOException("the transfer ended after %d of %d bytes".formatted(size, length));
    }
    return bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
  }

  /** Reads an object's first byte; returns why S3 does not serve it, or empty if it does. */
  Optional<S3Fault> touch(GetObjectRequest request) {
    GetObjectRequest first =
        request.toBuilder()
            .range("bytes=0-0")
            .overrideConfiguration(options(limits.answer()))
            .build();
    try (ResponseInputStream<GetObjectResponse> object = s3.getObject(first)) {
      try {
        object.read();
      } finally {
        // A server that ignores ranges sends all of it.
        object.abort();
      }
      return Optional.empty();
    } catch (S3Exception e) {
      // An empty object has no first byte, but S3 serves it.
      return e.statusCode() == 416 ? Optional.empty() : Optional.of(S3Fault.of(e));
    } catch (SdkException | IllegalArgumentException | IOException e) {
      return Optional.of(S3Fault.of(e));
    }
  }

  /**
   * The first keys of a bucket.
   *
   * @throws S3Failure if S3 does not list them
   */
  List<String> list(String bucket, int most) {
    try {
      return s3
          .listObjectsV2(
              request ->
                  request
                      .bucket(bucket)
                      .maxKeys(most)
                      .overrideConfiguration(options(limits.answer())))
          .contents()
          .stream()
          .map(S3Object::key)
          .toList();
    } catch (SdkException | IllegalArgumentException e) {
      throw S3Failure.of(e);
    }
  }

  /**
   * Writes an object and verifies what S3 stored: by the checksum that S3 returns, else by its
   * ETag, which is mostly the MD5, else by the length.
   *
   * @throws S3Failure if S3 does not take it or keeps something else
   */
  void put(String bucket, String key, byte[] bytes, String contentType) {
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .contentType(contentType)
            .contentLength((long) bytes.length)
            .overrideConfiguration(options(limits.request()))
            .build();
    try {
      PutObjectResponse answer = s3.putObject(request, RequestBody.fromBytes(bytes));
      if (!confirmed(answer, bytes)) {
        HeadObjectResponse head =
            s3.headObject(
                ask -> ask.bucket(bucket).key(key).overrideConfiguration(options(limits.answer())));
        if (head.contentLength() == null || head.contentLength() != bytes.length) {
          throw changed(
              "S3 keeps %d bytes of the %d that were sent"
                  .formatted(head.contentLength(), bytes.length));
        }
      }
    } catch (SdkException | IllegalArgumentException e) {
      throw S3Failure.of(e);
    }
  }

  private static boolean confirmed(PutObjectResponse answer, byte[] bytes) {
    String checksum = answer.checksumCRC32();
    if (checksum != null) {
      if (!checksum.equals(crc32(bytes))) {
        throw changed("S3 keeps other bytes than were sent: their CRC-32 is " + checksum);
      }
      return true;
    }
    // With some kinds of encryption the ETag is not an MD5; then a difference proves nothing.
    String etag = answer.eTag();
    return etag != null
        && etag.replace("\"", "").toLowerCase(Locale.ROOT).equals(DigestUtils.md5Hex(bytes));
  }

  static S3Failure changed(String how) {
    return new S3Failure(new S3Fault(S3Fault.Kind.INSTALLATION, how), null);
  }

  private static String crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  private AwsRequestOverrideConfiguration options(Duration time) {
    AwsRequestOverrideConfiguration.Builder options =
        AwsRequestOverrideConfiguration.builder().apiCallTimeout(time);
    if (withoutChecksums) {
      options.addPlugin(
          client ->
              ((S3ServiceClientConfiguration.Builder) client)
                  .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED));
    }
    return options.build();
  }

  /** A transfer that is ended because it is too slow; a second try would be as slow. */
  private static final class SlowTransferException extends IOException {
    private static final long serialVersionUID = 1L;

    SlowTransferException(String message) {
      super(message);
    }
  }

  private static final class Deadline {
    private final long began = System.nanoTime();
    private final Duration time;

    Deadline(Duration time) {
      this.time = time;
    }

    boolean over() {
      return System.nanoTime() - began > time.toNanos();
    }

    void check() throws SlowTransferException {
      if (over()) {
        throw new SlowTransferException("not done within " + time.toSeconds() + " s");
      }
    }
  }

  private static final class Pace {
    private final TransferLimits limits;
    private long looked = System.nanoTime();
    private long before;

    Pace(TransferLimits limits) {
      this.limits = limits;
    }

    void check(long bytes) throws SlowTransferException {
      long now = System.nanoTime();
      double seconds = (now - looked) / 1e9;
      if (seconds < limits.pace().toNanos() / 1e9) {
        return;
      }
      if ((bytes - before) / seconds < limits.slowest()) {
        throw new SlowTransferException("less than %d bytes a second".formatted(limits.slowest()));
      }
      looked = now;
      before = bytes;
    }
  }
}
