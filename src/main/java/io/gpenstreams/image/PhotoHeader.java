package io.gpenstreams.image;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.imaging.riff.RiffProcessingException;
import com.drew.imaging.webp.WebpMetadataReader;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.MetadataException;
import com.drew.metadata.jpeg.JpegDirectory;
import com.drew.metadata.jpeg.JpegReader;
import com.drew.metadata.webp.WebpDirectory;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a photo claims to be, read from its first bytes without decoding a pixel, so that a small
 * file cannot ask for gigabytes.
 *
 * @param width in pixels as stored, before EXIF orientation; at least 1
 * @param height in pixels as stored; at least 1
 */
public record PhotoHeader(ImageFormat format, int width, int height) {
  // IHDR is the first chunk by the PNG specification: signature, length, type, then two integers.
  private static final int PNG_SIZE_OFFSET = 16;

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
            .orElseThrow(
                () ->
                    new RestorationException(
                        ErrorCode.UNSUPPORTED_FORMAT,
                        Stage.DECODE,
                        "not a JPEG, PNG or WebP file, whatever its name says"));
    try {
      PhotoHeader header =
          switch (format) {
            case JPEG -> jpeg(bytes);
            case PNG -> png(bytes);
            case WEBP -> webp(bytes);
          };
      if (header.width < 1 || header.height < 1) {
        throw corrupt(
            "the header claims %d×%d pixels".formatted(header.width, header.height), null);
      }
      return header;
    } catch (IOException
        | JpegProcessingException
        | RiffProcessingException
        | MetadataException e) {
      throw corrupt("the header of the " + format + " file cannot be read", e);
    }
  }

  private static PhotoHeader jpeg(byte[] bytes)
      throws IOException, JpegProcessingException, MetadataException {
    Metadata metadata =
        JpegMetadataReader.readMetadata(new ByteArrayInputStream(bytes), List.of(new JpegReader()));
    JpegDirectory frame = metadata.getFirstDirectoryOfType(JpegDirectory.class);
    if (frame == null) {
      throw corrupt("the JPEG file has no frame header", null);
    }
    return new PhotoHeader(ImageFormat.JPEG, frame.getImageWidth(), frame.getImageHeight());
  }

  private static PhotoHeader png(byte[] bytes) throws IOException {
    if (bytes.length < PNG_SIZE_OFFSET + 2 * Integer.BYTES) {
      throw new IOException("PNG header is cut");
    }
    ByteBuffer size = ByteBuffer.wrap(bytes, PNG_SIZE_OFFSET, 2 * Integer.BYTES);
    return new PhotoHeader(ImageFormat.PNG, size.getInt(), size.getInt());
  }

  private static PhotoHeader webp(byte[] bytes)
      throws IOException, RiffProcessingException, MetadataException {
    Metadata metadata = WebpMetadataReader.readMetadata(new ByteArrayInputStream(bytes));
    int width = 0;
    int height = 0;
    // The canvas and its image data may disagree: the larger one is what decoding may cost.
    for (Directory directory : metadata.getDirectoriesOfType(WebpDirectory.class)) {
      if (directory.containsTag(WebpDirectory.TAG_IMAGE_WIDTH)) {
        width = Math.max(width, directory.getInt(WebpDirectory.TAG_IMAGE_WIDTH));
        height = Math.max(height, directory.getInt(WebpDirectory.TAG_IMAGE_HEIGHT));
      }
    }
    return new PhotoHeader(ImageFormat.WEBP, width, height);
  }

  private static RestorationException corrupt(String message, Throwable cause) {
    return new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, message, cause);
  }
}
