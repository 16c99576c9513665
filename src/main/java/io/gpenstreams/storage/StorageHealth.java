package io.gpenstreams.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.config.GpenConfig.Checksums;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.outage.Outage;
import io.gpenstreams.storage.S3Fault.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Tells a sick object from a sick S3, and an operator what to mend. Knows of each bucket whether it
 * can be used; no work is begun for one that cannot.
 *
 * <p>A failed request alone does not say whether its object is to blame. So another object is asked
 * for: the last one that was read, or one that S3 lists; for the result bucket a small object is
 * written. If that works the failure is the object's, and counts as an attempt at it. If it does
 * not, the bucket is away, and is asked again with growing waits until it answers; photos wait
 * meanwhile.
 *
 * <p>Threads: workers call {@link #judge}, {@link #read} and {@link #wrote}, and make a probe
 * themselves where one is needed, one at a time for each bucket; stream threads call {@link
 * #takes}; the thread of {@link Storage} calls {@link #check}. The state of a bucket is guarded by
 * this object, its probes by the bucket's own lock; no request is made under the former.
 */
public final class StorageHealth {
  /** What is written and read back to see whether the result bucket works; left in place. */
  static final String CHECK_KEY = "gpen-streams-check.txt";

  private static final byte[] CHECK =
      "gpen-streams writes this file to see whether it can write to this bucket.\n"
          .repeat(20)
          .getBytes(UTF_8);
  // Two objects may be sick at the same time; three are a sign of something common.
  private static final int FEW = 3;
  private static final int REMEMBERED = 64;
  private static final int LISTED = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);

  private final S3Objects objects;
  private final Outage outage;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration longestWait;
  private final Map<String, Bucket> sources = new LinkedHashMap<>();
  private final Bucket results;
  // Whether requests with checksums have not been tried with success; guarded by the probes of the
  // result bucket.
  private boolean undecided;

  private static final class Bucket {
    final String name;
    final boolean results;
    // Of probes; never held together with the health's own, except in that order.
    final Object probing = new Object();
    long probeBegan = Long.MIN_VALUE;
    Evidence probed;

    // The rest is guarded by the health.
    boolean checked;
    // The last key that was read; null if none was, or it is gone.
    String served;
    // Keys that have failed since.
    final Set<String> failing = new LinkedHashSet<>();
    S3Fault away;
    // Whether photos are tried one at a time while it is away.
    boolean onTrial;
    int probes;
    Instant nextProbe = Instant.MIN;
    int trials;
    Instant nextTrial = Instant.MIN;

    Bucket(String name, boolean results) {
      this.name = name;
      this.results = results;
    }
  }

  /**
   * What a probe says.
   *
   * @param fault null if the bucket works
   * @param served whether an object was read or written, and not only keys listed
   * @param onTrial whether S3 answers, but a photo may be read although the probe's object was not
   */
  private record Evidence(S3Fault fault, boolean served, boolean onTrial) {}

  private static final Evidence SERVED = new Evidence(null, true, false);
  private static final Evidence ANSWERS = new Evidence(null, false, false);

  StorageHealth(
      S3Objects objects,
      StorageSettings settings,
      Outage outage,
      InstantSource clock,
      RandomGenerator random) {
    this.objects = objects;
    this.undecided = settings.checksums() == Checksums.AUTO;
    this.longestWait = settings.longestWait();
    this.outage = outage;
    this.clock = clock;
    this.random = random;
    settings.sourceBuckets().stream()
        .sorted()
        .forEach(name -> sources.put(name, new Bucket(name, false)));
    this.results = new Bucket(settings.restoredBucket(), true);
    objects.withoutChecksums(settings.checksums() == Checksums.WHEN_REQUIRED);
  }

  /**
   * Whether work may begin on a photo of a bucket. Where only a photo can tell whether S3 is well
   * again, true for one of them now and then.
   */
  public synchronized boolean takes(String bucket) {
    if (!results.checked || results.away != null) {
      return false;
    }
    Bucket source = sources.get(bucket);
    if (source == null) {
      // Never asked for: the photo fails at once.
      return true;
    }
    if (!source.checked) {
      return false;
    }
    if (source.away == null) {
      return true;
    }
    Instant now = clock.instant();
    if (!source.onTrial || now.isBefore(source.nextTrial)) {
      return false;
    }
    source.nextTrial = now.plus(wait(++source.trials));
    return true;
  }

  /** Why photos wait for S3; empty if they do not. */
  public Optional<String> reason() {
    return outage.reason();
  }

  /** Whether some bucket cannot be used, or nobody has looked yet. */
  public synchronized boolean away() {
    return !results.checked || outage.reason().isPresent();
  }

  /** Whether the first look at all buckets is over. */
  public synchronized boolean checked() {
    return results.checked && sources.values().stream().allMatch(bucket -> bucket.checked);
  }

  /** A photo was read. */
  synchronized void read(String bucket, String key) {
    Bucket source = sources.get(bucket);
    if (source != null) {
      source.served = key;
      source.failing.clear();
      well(source);
    }
  }

  /** A result was written. */
  synchronized void wrote() {
    well(results);
  }

  private synchronized void well(Bucket bucket) {
    if (bucket.away != null) {
      bucket.away = null;
      bucket.onTrial = false;
      bucket.probes = 0;
      bucket.trials = 0;
      say();
    }
  }

  /**
   * What a failure to read a photo means for it. May ask S3 for another object and for this one
   * again, on the caller's thread.
   *
   * @param request for the photo
   */
  RestorationException judge(GetObjectRequest request, S3Failure failure) {
    Bucket bucket = sources.get(request.bucket());
    S3Fault fault = failure.fault();
    Optional<RestorationException> known = known(bucket, request, fault, failure);
    if (known.isPresent()) {
      return known.get();
    }
    long failed = System.nanoTime();
    boolean few;
    synchronized (this) {
      if (bucket.away != null && !bucket.onTrial) {
        return outage(Stage.FETCH, failure);
      }
      failed(bucket, request.key());
      few = bucket.failing.size() < FEW;
    }
    Evidence evidence = evidence(bucket, failed);
    if (evidence.fault() != null) {
      leave(bucket, evidence);
      return outage(Stage.FETCH, failure);
    }
    well(bucket);
    if (fault.kind() == Kind.SERVER) {
      return evidence.served() || few
          ? failure(
              ErrorCode.STORAGE_UNAVAILABLE,
              Stage.FETCH,
              "S3 answers, but not with %s: %s".formatted(name(request), fault.reason()),
              failure)
          : outage(Stage.FETCH, failure);
    }
    // What an operator has mended meanwhile must not cost the photo that noticed it first.
    S3Fault again = touch(request);
    return again == null
        ? outage(Stage.FETCH, failure)
        : known(bucket, request, again, failure).orElseGet(() -> refused(request, again, failure));
  }

  // Where the answer itself says enough.
  private Optional<RestorationException> known(
      Bucket bucket, GetObjectRequest request, S3Fault fault, S3Failure failure) {
    return switch (fault.kind()) {
      case THROTTLED -> Optional.of(outage(Stage.FETCH, failure));
      case GONE -> {
        well(bucket);
        yield Optional.of(
            failure(
                ErrorCode.SOURCE_NOT_FOUND,
                Stage.FETCH,
                name(request) + " does not exist as the event names it",
                failure));
      }
      case ARCHIVED -> {
        well(bucket);
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

  /** What a failure to write a result means for its photo. May write the check file. */
  RestorationException judge(String key, S3Failure failure) {
    if (failure.fault().kind() == Kind.THROTTLED) {
      return outage(Stage.STORE, failure);
    }
    long failed = System.nanoTime();
    synchronized (this) {
      if (results.away != null) {
        return outage(Stage.STORE, failure);
      }
    }
    Evidence evidence = evidence(results, failed);
    if (evidence.fault() != null) {
      leave(results, evidence);
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

  private static void failed(Bucket bucket, String key) {
    if (bucket.failing.size() < REMEMBERED) {
      bucket.failing.add(key);
    }
  }

  // Of one that began after the failure, by whomever.
  private Evidence evidence(Bucket bucket, long after) {
    synchronized (bucket.probing) {
      if (bucket.probed == null || bucket.probeBegan - after < 0) {
        bucket.probeBegan = System.nanoTime();
        bucket.probed = bucket.results ? writtenSomehow() : read(bucket);
      }
      return bucket.probed;
    }
  }

  private Evidence read(Bucket bucket) {
    String served;
    Set<String> failing;
    synchronized (this) {
      failing = Set.copyOf(bucket.failing);
      served = bucket.served;
    }
    S3Fault first = null;
    if (served != null && !failing.contains(served)) {
      first = touch(bucket.name, served);
      if (first == null) {
        return SERVED;
      }
      if (first.kind() == Kind.GONE) {
        forget(bucket, served);
        first = null;
      }
    }
    List<String> keys;
    try {
      keys = objects.list(bucket.name, LISTED);
    } catch (S3Failure e) {
      // Whoever may not list may still be allowed to read.
      return new Evidence(e.fault(), false, e.fault().kind() == Kind.DENIED);
    }
    Optional<String> other =
        keys.stream()
            .filter(key -> !failing.contains(key) && !key.equals(served) && !key.endsWith("/"))
            .findFirst();
    if (other.isEmpty()) {
      return first == null ? ANSWERS : new Evidence(first, false, true);
    }
    S3Fault second = touch(bucket.name, other.get());
    if (second == null) {
      remember(bucket, other.get());
      return SERVED;
    }
    return switch (second.kind()) {
      // A stranger may be as archived as the first.
      case GONE, ARCHIVED, REFUSED -> first == null ? ANSWERS : new Evidence(first, false, true);
      case DENIED, INSTALLATION, THROTTLED, SERVER -> new Evidence(second, false, true);
    };
  }

  private synchronized void forget(Bucket bucket, String key) {
    if (key.equals(bucket.served)) {
      bucket.served = null;
    }
  }

  private synchronized void remember(Bucket bucket, String key) {
    bucket.served = key;
  }

  private S3Fault touch(String bucket, String key) {
    return touch(GetObjectRequest.builder().bucket(bucket).key(key).build());
  }

  // Null if S3 hands it out.
  private S3Fault touch(GetObjectRequest request) {
    try {
      objects.touch(request);
      return null;
    } catch (S3Failure e) {
      return e.fault();
    }
  }

  // Until S3 has taken a file it may be the checksum that it does not take.
  private Evidence writtenSomehow() {
    Evidence evidence = written();
    if (evidence.fault() != null && undecided) {
      objects.withoutChecksums(true);
      Evidence without = written();
      objects.withoutChecksums(without.fault() == null);
      evidence = without.fault() == null ? without : evidence;
    }
    undecided &= evidence.fault() != null;
    return evidence;
  }

  private Evidence written() {
    try {
      objects.put(results.name, CHECK_KEY, CHECK, "text/plain");
      return asWritten()
          ? SERVED
          : new Evidence(
              S3Objects.changed("S3 keeps other bytes than were sent").fault(), false, false);
    } catch (S3Failure e) {
      return new Evidence(e.fault(), false, false);
    }
  }

  private boolean asWritten() {
    GetObjectRequest request =
        GetObjectRequest.builder().bucket(results.name).key(CHECK_KEY).build();
    try {
      return Arrays.equals(objects.get(request, 2 * CHECK.length), CHECK);
    } catch (S3Objects.TooLargeException e) {
      return false;
    } catch (S3Failure e) {
      if (e.fault().kind() == Kind.DENIED) {
        // Reading results is for the viewer only; the writing itself was verified.
        return true;
      }
      throw e;
    }
  }

  private synchronized void leave(Bucket bucket, Evidence evidence) {
    bucket.checked = true;
    bucket.away = evidence.fault();
    bucket.onTrial = evidence.onTrial();
    bucket.nextProbe = clock.instant().plus(wait(++bucket.probes));
    say();
  }

  private Duration wait(int probes) {
    double longest = FIRST_WAIT.toMillis() * Math.pow(2, Math.min(probes, 30) - 1.0);
    double most = Math.min(longest, (double) longestWait.toMillis());
    return Duration.ofMillis((long) (most * (0.5 + random.nextDouble() / 2)));
  }

  // Buckets with the same fault are one clause, so that a wrong key is one line.
  private synchronized void say() {
    Map<String, Set<String>> faults = new TreeMap<>();
    for (Bucket bucket : all()) {
      if (bucket.away != null) {
        faults.computeIfAbsent(bucket.away.reason(), any -> new TreeSet<>()).add(bucket.name);
      }
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
   * Looks at all buckets for the first time.
   *
   * @param found takes a line for each bucket that works
   */
  void checkAll(Consumer<String> found) {
    for (Bucket bucket : all()) {
      Evidence evidence = evidence(bucket, System.nanoTime());
      learn(bucket, evidence, found);
    }
    say();
  }

  private List<Bucket> all() {
    List<Bucket> all = new ArrayList<>(sources.values());
    all.add(results);
    return all;
  }

  private synchronized void learn(Bucket bucket, Evidence evidence, Consumer<String> found) {
    bucket.checked = true;
    if (evidence.fault() == null) {
      found.accept(
          bucket.results
              ? "S3: bucket %s can be written%s"
                  .formatted(
                      bucket.name,
                      objects.withoutChecksums()
                          ? ", without checksums (gpen.storage.checksums)"
                          : "")
              : "S3: bucket %s can be %s"
                  .formatted(bucket.name, evidence.served() ? "read" : "listed"));
    } else if (evidence.onTrial()) {
      found.accept(
          ("S3: bucket %s: nothing can be said before the first photo (%s). Without s3:ListBucket a"
                  + " photo that is gone looks forbidden")
              .formatted(bucket.name, evidence.fault().reason()));
    } else {
      bucket.away = evidence.fault();
      bucket.nextProbe = clock.instant().plus(wait(++bucket.probes));
    }
  }

  /** Asks those buckets that are away and whose time has come. */
  void check() {
    for (Bucket bucket : all()) {
      boolean due;
      synchronized (this) {
        due = bucket.away != null && !clock.instant().isBefore(bucket.nextProbe);
      }
      if (due) {
        Evidence evidence = evidence(bucket, System.nanoTime());
        if (evidence.fault() == null) {
          well(bucket);
        } else {
          leave(bucket, evidence);
        }
      }
    }
  }
}
