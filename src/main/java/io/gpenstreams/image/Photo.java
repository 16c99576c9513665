package io.gpenstreams.image;

import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.net.URI;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A decoded photo, upright. Owns its native pixels: its holder closes it, and uses it from one
 * thread at a time.
 */
public final class Photo implements AutoCloseable {
  private final ImageFormat format;
  private final Mat pixels;
  private final Mat alpha;
  private final PhotoMetadata metadata;

  /**
   * Takes over the native memory.
   *
   * @param pixels 8-bit BGR
   * @param alpha 8-bit opacity of the same size, or null if every pixel is opaque
   */
  public Photo(ImageFormat format, Mat pixels, Mat alpha, PhotoMetadata metadata) {
    this.format = format;
    this.pixels = pixels;
    this.alpha = alpha;
    this.metadata = metadata;
  }

  /** The format it was read from. */
  public ImageFormat format() {
    return format;
  }

  /** 8-bit BGR; owned by this photo. */
  public Mat pixels() {
    return pixels;
  }

  /** 8-bit opacity, or null if every pixel is opaque; owned by this photo. */
  public Mat alpha() {
    return alpha;
  }

  /** EXIF, XMP and ICC blocks, valid for the upright pixels. */
  public PhotoMetadata metadata() {
    return metadata;
  }

  /** In pixels. */
  public int width() {
    return pixels.cols();
  }

  /** In pixels. */
  public int height() {
    return pixels.rows();
  }

  /**
   * The same photo with other pixels, possibly of another size, and labelled as changed by an
   * algorithm.
   *
   * @param changed 8-bit BGR; this photo owns it from now on
   * @param digitalSourceType IPTC code of what the pixels now are
   */
  public Photo withPixels(Mat changed, URI digitalSourceType) {
    PhotoMetadata labelled = metadata.labelled(digitalSourceType);
    return new Photo(format, changed, alpha == null ? null : opacity(changed), labelled);
  }

  private Mat opacity(Mat changed) {
    Mat opacity = new Mat();
    try (Size size = new Size(changed.cols(), changed.rows())) {
      resize(alpha, opacity, size);
    } catch (RuntimeException e) {
      opacity.close();
      throw e;
    }
    return opacity;
  }

  @Override
  public void close() {
    pixels.close();
    if (alpha != null) {
      alpha.close();
    }
  }
}
