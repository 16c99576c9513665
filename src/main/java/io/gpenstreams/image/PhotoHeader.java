package io.gpenstreams.image;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.io.IOException;

/**
 * Format and size that a photo states, read from its first bytes without decoding a pixel, so that
 * a small file cannot ask for gigabytes.
 *
 * @param width in pixels as stored, before EXIF orientation; at least 1
 * @param height in pixels as stored; at least 1
 */
public record PhotoHeader(ImageFormat format, int width, int height) {

  /** Width times height. */
  public long pixels() {
    return (long) width * height;
  }

  /**
   * Reads the header.
   *
   * @throws RestorationException {@code UNSUPPORTED_FORMAT} if the bytes are no photo that this
   *     project reads, {@code IMAGE_CORRUPT} if they begin like one but state no size
   */
  public static PhotoHeader read(byte[] bytes) {
    if (bytes.length == 0) {
      throw corrupt("the file is empty", null);
    }
    ImageFormat format =
        ImageFormat.of(bytes)
            .orElseThrow(
                () ->
                    PhotoFile.unsupported("not a JPEG, PNG or WebP file, whatever its name says"));
    try {
      PhotoHeader header =
          switch (format) {
            case JPEG -> JpegFile.header(bytes);
            case PNG -> PngFile.header(bytes);
            case WEBP -> WebpFile.header(bytes);
          };
      if (header.width < 1 || header.height < 1) {
        throw corrupt(
            "the header claims %d×%d pixels".formatted(header.width, header.height), null);
      }
      return header;
    } catch (IOException e) {
      throw corrupt(
          "the header of the %s file cannot be read: %s".formatted(format, e.getMessage()), e);
    }
  }

  RestorationException damaged(Throwable cause) {
    return corrupt(
        "the %s file of %d×%d pixels is damaged or cut short".formatted(format, width, height),
        cause);
  }

  private static RestorationException corrupt(String message, Throwable cause) {
    return new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, message, cause);
  }
}
