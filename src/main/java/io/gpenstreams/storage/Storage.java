package io.gpenstreams.storage;

import io.gpenstreams.outage.Outage;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * S3 as the service uses it: the store, its health, and the one thread that probes buckets that are
 * away. The S3 client is the caller's.
 */
public final class Storage implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Storage.class);
  private static final long PROBE_MILLIS = 200;

  private final StorageHealth health;
  private final PhotoStore photos;
  private final ExecutorService probes =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "s3-probes");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Makes no request yet.
   *
   * @throws IllegalStateException if the client has no region
   */
  public Storage(S3Client s3, StorageSettings settings) {
    Region region = s3.serviceClientConfiguration().region();
    if (region == null || region.id().isBlank()) {
      throw new IllegalStateException(
          "S3 has no region: set AWS_REGION (quarkus.s3.aws.region), us-east-1 for servers that"
              + " have none");
    }
    InstantSource clock = InstantSource.system();
    S3Objects objects = new S3Objects(s3, TransferLimits.of(settings.request()));
    this.health =
        new StorageHealth(objects, settings, new Outage("S3", clock, LOG), clock, new Random());
    this.photos = new PhotoStore(objects, health, settings);
  }

  /** Probes all buckets once, and then those that are away, until it is closed. */
  public void watch() {
    probes.execute(
        () -> {
          probe(() -> health.checkAll(LOG::info));
          while (!Thread.currentThread().isInterrupted()) {
            sleep();
            probe(health::check);
          }
        });
  }

  // After an unexpected exception too: no one else finds out that a bucket is available again.
  private static void probe(Runnable check) {
    try {
      check.run();
    } catch (RuntimeException e) {
      LOG.error("A probe of S3 failed unexpectedly", e);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(PROBE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Photos and results. */
  public PhotoStore photos() {
    return photos;
  }

  /** Which buckets can be used. */
  public StorageHealth health() {
    return health;
  }

  /** Stops probing. */
  @Override
  public void close() {
    probes.shutdownNow();
  }
}
