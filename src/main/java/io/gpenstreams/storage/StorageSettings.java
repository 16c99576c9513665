package io.gpenstreams.storage;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.config.GpenConfig.Checksums;
import java.time.Duration;
import java.util.Set;

/**
 * Which buckets are used, and the limits of requests.
 *
 * @param sourceBuckets the only buckets that photos are read from
 * @param restoredBucket where results go
 * @param maxBytes largest photo, at most 1 GiB, since a photo is held in one array
 * @param request longest time for one request
 * @param checksums which requests carry checksums
 * @param longestWait between two probes of a bucket that is away
 */
public record StorageSettings(
    Set<String> sourceBuckets,
    String restoredBucket,
    int maxBytes,
    Duration request,
    Checksums checksums,
    Duration longestWait) {
  private static final int LARGEST = 1 << 30;

  /** Checks the limit. */
  public StorageSettings {
    sourceBuckets = Set.copyOf(sourceBuckets);
    if (maxBytes < 1 || maxBytes > LARGEST) {
      throw new IllegalArgumentException(
          "gpen.limits.source-bytes must be from 1 to " + LARGEST + ", not " + maxBytes);
    }
  }

  /** The operator's settings. */
  public static StorageSettings of(GpenConfig config) {
    GpenConfig.Storage storage = config.storage();
    return new StorageSettings(
        Set.copyOf(storage.sourceBuckets()),
        storage.restoredBucket(),
        Math.toIntExact(config.limits().sourceBytes().asLongValue()),
        storage.requestTimeout(),
        storage.checksums(),
        config.retry().maxBackoff());
  }
}
