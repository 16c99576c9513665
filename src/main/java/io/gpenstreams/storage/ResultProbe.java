package io.gpenstreams.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.config.GpenConfig.Checksums;
import io.gpenstreams.storage.S3Fault.Kind;
import java.util.Arrays;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Writes a small object into the result bucket and reads it back. Also finds out whether the server
 * refuses checksums, and then switches them off. For one thread at a time.
 */
final class ResultProbe implements Supplier<ProbeResult> {
  /** The object that is written; it stays in the bucket. */
  static final String KEY = "gpen-streams-check.txt";

  private static final byte[] CONTENT =
      "gpen-streams writes this file to see whether it can write to this bucket.\n"
          .repeat(20)
          .getBytes(UTF_8);

  private final S3Objects objects;
  private final String bucket;
  // Until a write has succeeded, its checksum may be what the server refuses.
  private boolean checksumsUndecided;

  ResultProbe(S3Objects objects, String bucket, Checksums checksums) {
    this.objects = objects;
    this.bucket = bucket;
    this.checksumsUndecided = checksums == Checksums.AUTO;
    objects.withoutChecksums(checksums == Checksums.WHEN_REQUIRED);
  }

  @Override
  public ProbeResult get() {
    ProbeResult result = write();
    if (!result.usable() && checksumsUndecided) {
      objects.withoutChecksums(true);
      ProbeResult without = write();
      objects.withoutChecksums(without.usable());
      result = without.usable() ? without : result;
    }
    checksumsUndecided &= !result.usable();
    return result;
  }

  private ProbeResult write() {
    try {
      objects.put(bucket, KEY, CONTENT, "text/plain");
      return isAsWritten()
          ? ProbeResult.SERVED
          : ProbeResult.failed(S3Objects.changed("S3 keeps other bytes than were sent").fault());
    } catch (S3Failure e) {
      return ProbeResult.failed(e.fault());
    }
  }

  private boolean isAsWritten() {
    GetObjectRequest request = GetObjectRequest.builder().bucket(bucket).key(KEY).build();
    try {
      return Arrays.equals(objects.get(request, 2 * CONTENT.length), CONTENT);
    } catch (S3Objects.TooLargeException e) {
      return false;
    } catch (S3Failure e) {
      if (e.fault().kind() == Kind.DENIED) {
        // Only the viewer reads results, and the write itself was verified.
        return true;
      }
      throw e;
    }
  }
}
