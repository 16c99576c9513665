package io.gpenstreams.restore;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.ImageUploaded.Options;
import io.gpenstreams.image.ImageFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one photo is restored: the operator's settings, tightened by the uploader's wishes.
 *
 * @param scale side of the result over the source's; empty to choose it by the faces
 * @param maxOutputPixels most pixels of a result
 * @param format of the result; empty for the source's
 * @param blend weight of a restored face, 0…1
 * @param maxFaces most faces to restore
 * @param minFaceSize shorter side of a face's box in pixels
 * @param minDetectionConfidence 0…1
 * @param sharpnessGate effective pixels across a face from which it is left alone
 * @param faceCrops whether each restored face is stored by itself
 * @param faceFormat of restored faces that are stored, PNG or JPEG
 * @param map whether the hallucination map is stored
 * @param secondLook whether each face is restored a second time, mirrored
 */
public record RestoreSettings(
    OptionalInt scale,
    long maxOutputPixels,
    Optional<ImageFormat> format,
    double blend,
    int maxFaces,
    int minFaceSize,
    double minDetectionConfidence,
    int sharpnessGate,
    boolean faceCrops,
    ImageFormat faceFormat,
    boolean map,
    boolean secondLook) {

  private static final String AUTO = "auto";

  /** The settings for one photo. */
  public static RestoreSettings of(GpenConfig config, Options wishes) {
    GpenConfig.Output output = config.output();
    return new RestoreSettings(
        scale(wishes.scale() == null ? output.scale() : wishes.scale()),
        config.limits().outputMegapixels() * 1_000_000L,
        format(wishes.format() == null ? output.format() : wishes.format()),
        wishes.blend() == null ? output.blend() : wishes.blend(),
        wishes.maxFaces() == null
            ? config.limits().faces()
            : Math.min(wishes.maxFaces(), config.limits().faces()),
        config.faces().minSize(),
        config.faces().minConfidence(),
        config.faces().sharpnessGate(),
        output.faceCrops() && !Boolean.FALSE.equals(wishes.faceCrops()),
        named(output.faceFormat()),
        output.map(),
        config.hallucination().secondLook());
  }

  private static OptionalInt scale(String scale) {
    return scale.equals(AUTO) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(scale));
  }

  private static Optional<ImageFormat> format(String format) {
    return format.equals(AUTO) ? Optional.empty() : Optional.of(named(format));
  }

  private static ImageFormat named(String format) {
    return ImageFormat.valueOf(format.toUpperCase(Locale.ROOT));
  }
}
