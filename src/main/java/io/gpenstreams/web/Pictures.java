package io.gpenstreams.web;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.storage.PhotoStore;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The pictures of an outcome, as its event names them. The bucket rules are the store's: originals
 * come from the operator's source buckets only, everything else from the result bucket only.
 */
final class Pictures {
  private final PhotoStore store;

  Pictures(PhotoStore store) {
    this.store = store;
  }

  /** A picture. Its format is detected from the bytes; what an event or S3 states is ignored. */
  static final class Picture {
    private final byte[] bytes;
    private final ImageFormat format;

    private Picture(byte[] bytes, ImageFormat format) {
      this.bytes = bytes;
      this.format = format;
    }

    /** Not copied, as it may be large. */
    byte[] bytes() {
      return bytes;
    }

    ImageFormat format() {
      return format;
    }
  }

  /**
   * The photo that was uploaded.
   *
   * @throws RestorationException as {@link PhotoStore#fetch}; also if the object has changed since:
   *     comparing with it would be misleading
   */
  Optional<Picture> original(RecentOutcome outcome) {
    return Optional.ofNullable(outcome.restored())
        .map(RestoredImage::source)
        .map(
            source ->
                picture(
                    store.fetch(
                        new ImageUploaded.Source(source.bucket(), source.key(), null, null)),
                    source.sha256(),
                    source.key()));
  }

  /**
   * The restored photo.
   *
   * @throws RestorationException as {@link PhotoStore#read}
   */
  Optional<Picture> restored(RecentOutcome outcome) {
    return Optional.ofNullable(outcome.restored())
        .map(RestoredImage::restored)
        .map(
            photo ->
                picture(
                    store.read(new StoredObject(photo.bucket(), photo.key())),
                    photo.sha256(),
                    photo.key()));
  }

  /**
   * The hallucination map.
   *
   * @throws RestorationException as {@link PhotoStore#read}
   */
  Optional<Picture> map(RecentOutcome outcome) {
    return Optional.ofNullable(outcome.restored())
        .map(RestoredImage::hallucination)
        .map(RestoredImage.Hallucination::map)
        .map(this::result);
  }

  /**
   * One restored face.
   *
   * @param index its index in the event's list, from 0
   * @throws RestorationException as {@link PhotoStore#read}
   */
  Optional<Picture> face(RecentOutcome outcome, int index) {
    return Optional.ofNullable(outcome.restored())
        .filter(image -> index >= 0 && index < image.faces().size())
        .map(image -> image.faces().get(index))
        .map(Face::crop)
        .map(this::result);
  }

  private Picture result(StoredObject object) {
    return picture(store.read(object), object.key());
  }

  private static Picture picture(byte[] bytes, String sha256, String key) {
    if (!DigestUtils.sha256Hex(bytes).equals(sha256)) {
      throw new RestorationException(
          ErrorCode.SOURCE_NOT_FOUND,
          Stage.FETCH,
          key + " is no longer the photo that the event names");
    }
    return picture(bytes, key);
  }

  private static Picture picture(byte[] bytes, String key) {
    return new Picture(
        bytes,
        ImageFormat.of(bytes)
            .orElseThrow(
                () ->
                    new RestorationException(
                        ErrorCode.UNSUPPORTED_FORMAT,
                        Stage.DECODE,
                        key + " is neither JPEG nor PNG nor WebP")));
  }
}
