package io.gpenstreams.stream;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.restore.PhotoRestorer;
import io.gpenstreams.restore.RestoreSettings;
import io.gpenstreams.restore.ResultSink;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.storage.PhotoStore;
import io.gpenstreams.storage.ResultKeys;

/** Restores one image of an event: from S3, through the restorer, back to S3. Stateless. */
public final class ImageRestoration {
  private final GpenConfig config;
  private final PhotoStore store;
  private final PhotoRestorer restorer;

  /** Uses a store and a restorer that it does not own. */
  public ImageRestoration(GpenConfig config, PhotoStore store, PhotoRestorer restorer) {
    this.config = config;
    this.store = store;
    this.restorer = restorer;
  }

  /**
   * Restores an image. Doing it again stores the same bytes under the same keys.
   *
   * @param clock started when the attempt began
   * @throws RestorationException if it cannot be restored
   */
  public RestoredImage restore(ImageUploaded image, StageClock clock) {
    ImageUploaded.Source source = image.source();
    byte[] file = clock.time(Stage.FETCH, () -> store.fetch(source));
    return restorer.restore(
        new PhotoRestorer.Request(image.imageId(), source.bucket(), source.key()),
        file,
        RestoreSettings.of(config, image.options()),
        new StoreSink(store, image.imageId()),
        clock);
  }

  private record StoreSink(PhotoStore store, String imageId) implements ResultSink {
    @Override
    public boolean wants(Kind kind) {
      return true;
    }

    @Override
    public StoredObject store(Kind kind, String name, byte[] bytes, String contentType) {
      return store.put(ResultKeys.key(imageId, name), bytes, contentType);
    }
  }
}
