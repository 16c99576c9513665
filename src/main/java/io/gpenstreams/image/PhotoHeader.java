package io.gpenstreams.image;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.io.IOException;

/**
 * What a photo claims to be, read from its first bytes without decoding a pixel, so that a small
 * file cannot ask for gigabytes.
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
   *     project reads, {@code IMAGE_CORRUPT} if they begin like one but do not say its size
   */
  public static PhotoHeader read(byte[] bytes) {
    if (bytes.length == 0) {
      throw corrupt("the file is empty", null);
    }
    ImageFormat format =
        ImageFormat.of(bytes)
            .orElseThrow(() -> unsupported("not a JPEG, PNG or WebP file, whatever its name says"));
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

  /**
   * Looks at the rest of the file's structure, which is cheap beside decoding: codecs give a part
   * of a cut file as if it were all, or write their complaint to standard error.
   *
   * @throws RestorationException {@code IMAGE_CORRUPT} if the end is missing, {@code
   *     UNSUPPORTED_FORMAT} if it is an animation, of which a photo would lose all but one picture
   */
  void requireWholePhoto(byte[] bytes) {
    try {
      int pictures =
          switch (format) {
            // The codec refuses a JPEG file without its end by itself, and silently.
            case JPEG -> 1;
            case PNG -> PngFile.pictures(bytes);
            case WEBP -> WebpFile.pictures(bytes);
          };
      if (pictures > 1) {
        throw unsupported(
            "the %s file is an animation of %d pictures, not a photo".formatted(format, pictures));
      }
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /**
   * The file as the codec is to see it.
   *
   * @throws RestorationException {@code IMAGE_CORRUPT} if the file's structure is damaged
   */
  byte[] forCodec(byte[] bytes) {
    try {
      return format == ImageFormat.PNG ? PngFile.pixelsOnly(bytes) : bytes;
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /**
   * What the photo carries beside its pixels.
   *
   * @throws RestorationException {@code IMAGE_CORRUPT} if the file's structure is damaged
   */
  PhotoMetadata metadata(byte[] bytes) {
    try {
      return switch (format) {
        case JPEG -> JpegFile.metadata(bytes);
        case PNG -> PngFile.metadata(bytes);
        case WEBP -> WebpFile.metadata(bytes);
      };
    } catch (IOException e) {
      throw damaged(e);
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

  private static RestorationException unsupported(String message) {
    return new RestorationException(ErrorCode.UNSUPPORTED_FORMAT, Stage.DECODE, message);
  }
}
