package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.restore.PhotoRestorer;
import io.gpenstreams.storage.ModelFiles;
import io.gpenstreams.storage.PhotoStore;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.streams.Topology;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Puts the service together. The topology needs everything else, so that nothing is consumed before
 * all of it stands.
 */
@ApplicationScoped
final class ServiceBeans {
  private static final Logger LOG = Logger.getLogger(ServiceBeans.class);

  @Produces
  @Singleton
  PhotoStore photoStore(S3Client s3, GpenConfig config) {
    return new PhotoStore(
        s3,
        Set.copyOf(config.storage().sourceBuckets()),
        config.storage().restoredBucket(),
        config.limits().sourceBytes().asLongValue());
  }

  @Produces
  @Singleton
  PhotoRestorer photoRestorer(S3Client s3, GpenConfig config) {
    PhotoRestorer restorer = PhotoRestorer.open(config, new ModelFiles(s3)::locate);
    try {
      Duration time = restorer.warmUp();
      LOG.infof(
          "Model %s runs on %s; its first face took %d ms",
          restorer.model().name(), restorer.device(), time.toMillis());
      return restorer;
    } catch (RuntimeException e) {
      restorer.close();
      throw e;
    }
  }

  void close(@Disposes PhotoRestorer restorer) {
    restorer.close();
  }

  @Produces
  @Singleton
  Topology topology(
      GpenConfig config, PhotoStore store, PhotoRestorer restorer, MeterRegistry registry) {
    ImageRestoration restoration = new ImageRestoration(config, store, restorer);
    return RestorationTopology.build(
        restoration::restore, RetryPolicy.of(config.retry()), new OutcomeMetrics(registry));
  }
}
