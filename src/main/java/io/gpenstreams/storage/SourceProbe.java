package io.gpenstreams.storage;

import io.gpenstreams.storage.S3Fault.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Reads one object of a source bucket to see whether the bucket can be used: the last one that was
 * read, else one that S3 lists. Never one that has just failed.
 */
final class SourceProbe implements Supplier<ProbeResult> {
  private static final int LISTED = 5;

  private final S3Objects objects;
  private final String bucket;
  private final KnownKeys keys;

  SourceProbe(S3Objects objects, String bucket, KnownKeys keys) {
    this.objects = objects;
    this.bucket = bucket;
    this.keys = keys;
  }

  @Override
  public ProbeResult get() {
    Set<String> failing = keys.failing();
    Optional<String> served = keys.served();
    Optional<S3Fault> fault = Optional.empty();
    if (served.isPresent() && !failing.contains(served.get())) {
      fault = touch(served.get());
      if (fault.isEmpty()) {
        return ProbeResult.SERVED;
      }
      if (fault.get().kind() == Kind.GONE) {
        keys.gone(served.get());
        fault = Optional.empty();
      }
    }
    List<String> listed;
    try {
      listed = objects.list(bucket, LISTED);
    } catch (S3Failure e) {
      // Reading may be permitted where listing is not.
      return e.fault().kind() == Kind.DENIED
          ? ProbeResult.onTrial(e.fault())
          : ProbeResult.failed(e.fault());
    }
    Optional<String> other =
        listed.stream()
            .filter(key -> !failing.contains(key) && !key.endsWith("/"))
            .filter(key -> !key.equals(served.orElse(null)))
            .findFirst();
    return other.isPresent()
        ? probe(other.get(), fault)
        : fault.map(ProbeResult::onTrial).orElse(ProbeResult.LISTED);
  }

  private ProbeResult probe(String key, Optional<S3Fault> earlier) {
    Optional<S3Fault> fault = touch(key);
    if (fault.isEmpty()) {
      keys.probed(key);
      return ProbeResult.SERVED;
    }
    return switch (fault.get().kind()) {
      // That is this object's alone, and says nothing about the bucket.
      case GONE, ARCHIVED, REFUSED -> earlier.map(ProbeResult::onTrial).orElse(ProbeResult.LISTED);
      case DENIED, INSTALLATION, THROTTLED, SERVER -> ProbeResult.onTrial(fault.get());
    };
  }

  private Optional<S3Fault> touch(String key) {
    return objects.touch(GetObjectRequest.builder().bucket(bucket).key(key).build());
  }
}
