package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;

/** The photo formats that are read and written. The first bytes of a file decide its format. */
public enum ImageFormat {
  JPEG("image/jpeg", "jpg", 65_500),
  PNG("image/png", "png", 1_000_000),
  WEBP("image/webp", "webp", 16_383);

  private static final int SIGNATURE_LENGTH = 12;

  private final String contentType;
  private final String extension;
  private final int maxSide;

  ImageFormat(String contentType, String extension, int maxSide) {
    this.contentType = contentType;
    this.extension = extension;
    this.maxSide = maxSide;
  }

  /** IANA media type. */
  public String contentType() {
    return contentType;
  }

  /** File name extension, without the dot. */
  public String extension() {
    return extension;
  }

  /** Most pixels of a side that its codec writes. */
  public int maxSide() {
    return maxSide;
  }

  /** The format that the bytes' signature names, or empty if it is none of these. */
  public static Optional<ImageFormat> of(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(bytes.length, SIGNATURE_LENGTH), ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    }
    if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    }
    if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return Optional.of(WEBP);
    }
    return Optional.empty();
  }
}
