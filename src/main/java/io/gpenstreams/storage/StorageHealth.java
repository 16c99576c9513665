package io.gpenstreams.storage;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.outage.Backoff;
import io.gpenstreams.outage.Outage;
import io.gpenstreams.storage.S3Fault.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Knows of each bucket whether it can be used; no attempt begins at a photo whose bucket cannot.
 * Tells a failure of one object from a failure of S3.
 *
 * <p>A failed request alone does not show which of the two it is. So a probe asks for another
 * object of the bucket ({@link SourceProbe}), or writes one to the result bucket ({@link
 * ResultProbe}). If the probe succeeds, the object is at fault, and the failure counts as an
 * attempt. If it fails, the bucket is away: its photos wait, and probes repeat with growing waits
 * until one succeeds.
 *
 * <p>Threads: workers call {@link #judge}, {@link #read} and {@link #wrote}, and run probes
 * themselves; stream threads call {@link #takes}; the thread of {@link Storage} calls {@link
 * #check}. The state of the buckets is guarded by this object. No request is made under its lock.
 */
public final class StorageHealth {
  // Two objects may fail by chance at the same time; three suggest a common cause.
  private static final int FEW = 3;
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);

  private final S3Objects objects;
  private final Outage outage;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final Map<String, SourceBucket> sources = new LinkedHashMap<>();
  private final Bucket results;

  private static class Bucket {
    final String name;
    final SharedProbe probe;

    // Guarded by the health, as is everything below.
    boolean checked;
    Optional<S3Fault> away = Optional.empty();
    // Whether photos are tried one at a time while the bucket is away.
    boolean onTrial;
    int probes;
    Instant nextProbe = Instant.MIN;
    int trials;
    Instant nextTrial = Instant.MIN;

    Bucket(String name, Supplier<ProbeResult> probe) {
      this.name = name;
      this.probe = new SharedProbe(probe);
    }
  }

  private static final class SourceBucket extends Bucket {
    final KnownKeys keys;

    SourceBucket(String name, S3Objects objects, KnownKeys keys) {
      super(name, new SourceProbe(objects, name, keys));
      this.keys = keys;
    }
  }

  StorageHealth(
      S3Objects objects,
      StorageSettings settings,
      Outage outage,
      InstantSource clock,
      RandomGenerator random) {
    this.objects = objects;
    this.backoff = new Backoff(FIRST_WAIT, settings.longestWait());
    this.outage = outage;
    this.clock = clock;
    this.random = random;
    settings.sourceBuckets().stream()
        .sorted()
        .forEach(name -> sources.put(name, new SourceBucket(name, objects, new KnownKeys())));
    String restored = settings.restoredBucket();
    this.results = new Bucket(restored, new ResultProbe(objects, restored, settings.checksums()));
  }

  /**
   * Whether an attempt may begin at a photo of a bucket. Where only a photo can show whether S3 is
   * available again, this is true for one photo now and then.
   */
  public synchronized boolean takes(String bucket) {
    if (!results.checked || results.away.isPresent()) {
      return false;
    }
    Bucket source = sources.get(bucket);
    if (source == null) {
      // Not one of the operator's buckets: the photo fails without a request.
      return true;
    }
    if (!source.checked) {
      return false;
    }
    if (source.away.isEmpty()) {
      return true;
    }
    Instant now = clock.instant();
    if (!source.onTrial || now.isBefore(source.nextTrial)) {
      return false;
    }
    source.nextTrial = now.plus(backoff.withEqualJitter(++source.trials, random));
    return true;
  }

  /** Why photos wait for S3; empty if they do not. */
  public Optional<String> reason() {
    return outage.reason();
  }

  /** Whether a bucket cannot be used, or has not been checked yet. */
  public synchronized boolean away() {
    return !results.checked || outage.reason().isPresent();
  }

  /** Whether the first check of all buckets is over. */
  public synchronized boolean checked() {
    return results.checked && sources.values().stream().allMatch(bucket -> bucket.checked);
  }

  /** A photo was read. */
  synchronized void read(String bucket, String key) {
    SourceBucket source = sources.get(bucket);
    if (source != null) {
      source.keys.read(key);
      available(source);
    }
  }

  /** A result was written. */
  synchronized void wrote() {
    available(results);
  }

  private synchronized void available(Bucket bucket) {
    if (bucket.away.isPresent()) {
      bucket.away = Optional.empty();
      bucket.onTrial = false;
      bucket.probes = 0;
      bucket.trials = 0;
      report();
    }
  }

  /**
   * What a failure to read a photo means for it. May ask S3 for another object and for this one
   * again, on the caller's thread.
   *
   * @param request for the photo
   */
  RestorationException judge(GetObjectRequest request, S3Failure failure) {
    SourceBucket bucket = sources.get(request.bucket());
    S3Fault fault = failure.fault();
    Optional<RestorationException> known = known(bucket, request, fault, failure);
    if (known.isPresent()) {
      return known.get();
    }
    long failed = System.nanoTime();
    boolean few;
    synchronized (this) {
      if (bucket.away.isPresent() && !bucket.onTrial) {
        return outage(Stage.FETCH, failure);
      }
      few = bucket.keys.failed(request.key()) < FEW;
    }
    ProbeResult probe = bucket.probe.after(failed);
    if (!probe.usable()) {
      unavailable(bucket, probe);
      return outage(Stage.FETCH, failure);
    }
    available(bucket);
    if (fault.kind() == Kind.SERVER) {
      return probe.served() || few
          ? failure(
              ErrorCode.STORAGE_UNAVAILABLE,
              Stage.FETCH,
              "S3 answers, but not with %s: %s".formatted(name(request), fault.reason()),
              failure)
          : outage(Stage.FETCH, failure);
    }
    // If an operator has mended the cause meanwhile, this photo must not pay for it.
    return objects
        .touch(request)
        .map(
            again ->
                known(bucket, request, again, failure)
                    .orElseGet(() -> refused(request, again, failure)))
        .orElseGet(() -> outage(Stage.FETCH, failure));
  }

  // For answers that need no probe.
  private Optional<RestorationException> known(
      Bucket bucket, GetObjectRequest request, S3Fault fault, S3Failure failure) {
    return switch (fault.kind()) {
      case THROTTLED -> Optional.of(outage(Stage.FETCH, failure));
      case GONE -> {
        available(bucket);
        yield Optional.of(
            failure(
                ErrorCode.SOURCE_NOT_FOUND,
                Stage.FETCH,
                name(request) + " does not exist as the event names it",
                failure));
      }
      case ARCHIVED -> {
        available(bucket);
        yield Optional.of(
            failure(
                ErrorCode.SOURCE_FORBIDDEN,
                Stage.FETCH,
                name(request) + " is archived and has to be restored from the archive first",
                failure));
      }
      case DENIED, REFUSED, INSTALLATION, SERVER -> Optional.empty();
    };
  }

  private static RestorationException refused(
      GetObjectRequest request, S3Fault fault, S3Failure failure) {
    return switch (fault.kind()) {
      case DENIED, INSTALLATION ->
          failure(
              ErrorCode.SOURCE_FORBIDDEN,
              Stage.FETCH,
              "S3 does not let us read " + name(request),
              failure);
      case REFUSED ->
          failure(
              ErrorCode.SOURCE_NOT_FOUND,
              Stage.FETCH,
              "S3 does not know %s by this name or version: %s"
                  .formatted(name(request), fault.reason()),
              failure);
      default -> outage(Stage.FETCH, failure);
    };
  }

  /** What a failure to write a result means for its photo. May run a probe. */
  RestorationException judge(String key, S3Failure failure) {
    if (failure.fault().kind() == Kind.THROTTLED) {
      return outage(Stage.STORE, failure);
    }
    long failed = System.nanoTime();
    synchronized (this) {
      if (results.away.isPresent()) {
        return outage(Stage.STORE, failure);
      }
    }
    ProbeResult probe = results.probe.after(failed);
    if (!probe.usable()) {
      unavailable(results, probe);
      return outage(Stage.STORE, failure);
    }
    return failure(
        ErrorCode.STORAGE_UNAVAILABLE,
        Stage.STORE,
        "S3 takes other objects, but not %s/%s: %s"
            .formatted(results.name, key, failure.fault().reason()),
        failure);
  }

  private static String name(GetObjectRequest request) {
    return request.bucket() + "/" + request.key();
  }

  private static RestorationException outage(Stage stage, S3Failure failure) {
    return RestorationException.outage(stage, failure.fault().reason(), failure.getCause());
  }

  private static RestorationException failure(
      ErrorCode code, Stage stage, String message, S3Failure failure) {
    return new RestorationException(code, stage, message, failure.getCause());
  }

  private synchronized void unavailable(Bucket bucket, ProbeResult probe) {
    bucket.checked = true;
    bucket.away = probe.fault();
    bucket.onTrial = probe.onTrial();
    scheduleProbe(bucket);
    report();
  }

  private void scheduleProbe(Bucket bucket) {
    bucket.nextProbe = clock.instant().plus(backoff.withEqualJitter(++bucket.probes, random));
  }

  // Buckets with the same fault share a clause, so that a wrong key is one line.
  private synchronized void report() {
    Map<String, Set<String>> faults = new TreeMap<>();
    for (Bucket bucket : all()) {
      bucket.away.ifPresent(
          fault -> faults.computeIfAbsent(fault.reason(), any -> new TreeSet<>()).add(bucket.name));
    }
    if (faults.isEmpty()) {
      if (checked()) {
        outage.end();
      }
      return;
    }
    StringBuilder line = new StringBuilder();
    faults.forEach(
        (reason, buckets) ->
            line.append(line.isEmpty() ? "" : "; ")
                .append(reason)
                .append(buckets.size() == 1 ? ", bucket " : ", buckets ")
                .append(String.join(", ", buckets)));
    outage.report(line.toString());
  }

  /**
   * Checks all buckets for the first time.
   *
   * @param found takes a line for each bucket that works
   */
  void checkAll(Consumer<String> found) {
    for (Bucket bucket : all()) {
      ProbeResult probe = bucket.probe.after(System.nanoTime());
      firstCheck(bucket, probe, found);
    }
    report();
  }

  private List<Bucket> all() {
    List<Bucket> all = new ArrayList<>(sources.values());
    all.add(results);
    return all;
  }

  private synchronized void firstCheck(Bucket bucket, ProbeResult probe, Consumer<String> found) {
    bucket.checked = true;
    if (probe.usable()) {
      found.accept(usable(bucket, probe));
    } else if (probe.onTrial()) {
      found.accept(
          ("S3: bucket %s: only a photo can show whether it can be read (%s). Without s3:ListBucket"
                  + " a photo that does not exist looks forbidden")
              .formatted(bucket.name, probe.fault().get().reason()));
    } else {
      bucket.away = probe.fault();
      scheduleProbe(bucket);
    }
  }

  private String usable(Bucket bucket, ProbeResult probe) {
    if (bucket instanceof SourceBucket) {
      return "S3: bucket %s can be %s".formatted(bucket.name, probe.served() ? "read" : "listed");
    }
    String how = objects.withoutChecksums() ? ", without checksums (gpen.storage.checksums)" : "";
    return "S3: bucket %s can be written%s".formatted(bucket.name, how);
  }

  /** Probes the buckets that are away and whose wait is over. */
  void check() {
    for (Bucket bucket : all()) {
      if (isDue(bucket)) {
        ProbeResult probe = bucket.probe.after(System.nanoTime());
        if (probe.usable()) {
          available(bucket);
        } else {
          unavailable(bucket, probe);
        }
      }
    }
  }

  private synchronized boolean isDue(Bucket bucket) {
    return bucket.away.isPresent() && !clock.instant().isBefore(bucket.nextProbe);
  }
}
