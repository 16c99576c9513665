package io.gpenstreams.restore;

import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.Photo;
import io.gpenstreams.restore.FaceSelection.Candidate;
import java.util.List;

/** How much larger than its photo a result is. */
final class Scaling {
  // Of its own accord, a photo is enlarged where the model gives a face more than the photo's
  // pixels can show, and where that does not make a huge photo of a large one.
  private static final double FACE_TO_ENLARGE = 512;
  private static final int ENLARGED = 2;
  private static final long ENLARGED_PIXELS = 16_000_000;

  private Scaling() {}

  /** A power of two. */
  static int of(Photo photo, List<Candidate> candidates, RestoreSettings settings) {
    long pixels = (long) photo.width() * photo.height();
    int side = Math.max(photo.width(), photo.height());
    ImageFormat format = settings.format().orElse(photo.format());
    int scale = settings.scale().orElseGet(() -> own(pixels, candidates));
    while (scale > 1
        && (pixels * scale * scale > settings.maxOutputPixels()
            || side * scale > format.maxSide())) {
      scale /= 2;
    }
    return scale;
  }

  /**
   * Pixels that the result has at most.
   *
   * @param pixels of the photo
   */
  static long mostPixels(long pixels, RestoreSettings settings) {
    long scale = settings.scale().orElse(ENLARGED);
    long most =
        settings.scale().isPresent() || pixels * scale * scale <= ENLARGED_PIXELS
            ? pixels * scale * scale
            : pixels;
    return Math.max(pixels, Math.min(most, settings.maxOutputPixels()));
  }

  private static int own(long pixels, List<Candidate> candidates) {
    boolean small =
        candidates.stream().anyMatch(c -> c.chosen() && c.face().width() < FACE_TO_ENLARGE);
    return small && pixels * ENLARGED * ENLARGED <= ENLARGED_PIXELS ? ENLARGED : 1;
  }
}
