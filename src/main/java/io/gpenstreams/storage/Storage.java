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
 * S3 as the service uses it: the store, what is known of its health, and the one thread that looks
 * after buckets that are away. The client belongs to somebody else.
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
   * Does not ask S3 for anything yet.
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

  /** Looks at all buckets, and after those that are away, until it is closed. */
  public void watch() {
    probes.execute(
        () -> {
          look(() -> health.checkAll(LOG::info));
          while (!Thread.currentThread().isInterrupted()) {
            sleep();
            look(health::check);
          }
        });
  }

  // Nothing else would ever say that a bucket is well again.
  private static void look(Runnable probe) {
    try {
      probe.run();
    } catch (RuntimeException e) {
      LOG.error("S3 could not be looked at", e);
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

  /** Looks no more. */
  @Override
  public void close() {
    probes.shutdownNow();
  }
}
