package io.gpenstreams.image;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;

/**
 * Limits of what decoding may cost, checked before a codec sees the file: nothing can interrupt a
 * codec, and a few bytes may keep it busy for hours. Each limit is far above what cameras, editors
 * and optimisers write. Those that matter for time are chosen so that the worst file of 50
 * megapixels and 64 MiB costs about 10 s of one core; docs/performance.md has the figures.
 */
enum DecodingLimit {
  /**
   * A codec does something for each, however short it is. The largest colour profile takes 255 JPEG
   * segments; depth maps and signed histories take a few hundred.
   */
  PARTS(1_000, "segments or chunks beside its pixels"),

  /** Larger than any depth map or edit history seen in a photo, and copied at most once. */
  METADATA_BYTES(32 << 20, "bytes of metadata"),

  /** A few packed bytes may claim gigabytes; the largest colour profiles have 4 MiB. */
  UNPACKED_BYTES(16 << 20, "or more bytes in one packed block of metadata"),

  /** A second frame is another picture, or an attempt to mislead the count. */
  JPEG_FRAMES(1, "frame headers"),

  /** Encoders write up to 18, and {@link #JPEG_PASSES} bounds what they cost. */
  JPEG_SCANS(100, "scans"),

  /**
   * Each scan visits every block of its components, with or without data: 100 ns a block. Encoders
   * write scans that go over the whole picture 3 to 6 times.
   */
  JPEG_PASSES(16, "passes over its pixels"),

  /** A file of 1 GiB, the highest limit there is, in pieces of 8 KiB as libpng writes them. */
  PNG_PIXEL_CHUNKS(1 << 17, "chunks of pixels"),

  /** The format allows one; a second could claim another size. */
  PNG_HEADERS(1, "IHDR chunks"),

  /** The format allows one. */
  PNG_PALETTES(1, "PLTE chunks"),

  /** The format allows one. */
  PNG_TRANSPARENCIES(1, "tRNS chunks"),

  /** The format allows one outside of animations. */
  WEBP_IMAGES(1, "image chunks"),

  /** JPEG holds 64 KiB; editors that never forget an ancestor have written megabytes. */
  XMP_BYTES(8 << 20, "bytes of XMP"),

  /** Bounds the parser's work together with {@link #XMP_NAMESPACES_IN_SCOPE}. */
  XMP_ELEMENTS(500_000, "XMP elements"),

  /** Bounds the parser's work together with {@link #XMP_NAMESPACES_IN_SCOPE}. */
  XMP_ATTRIBUTES(500_000, "XMP attributes"),

  /** Packets declare 5 to 40, a few of them once for each element. */
  XMP_NAMESPACES(10_000, "XMP namespace declarations"),

  /** For each name the parser goes through all declarations in scope, one by one. */
  XMP_NAMESPACES_IN_SCOPE(256, "XMP namespace declarations in the scope of one element");

  private final long most;
  private final String what;

  DecodingLimit(long most, String what) {
    this.most = most;
    this.what = what;
  }

  /** The largest number that is within the limit. */
  long most() {
    return most;
  }

  /**
   * Looks at a number.
   *
   * @throws RestorationException {@code IMAGE_CORRUPT} if it is over the limit; names both
   */
  void check(ImageFormat format, long found) {
    if (found > most) {
      throw new RestorationException(
          ErrorCode.IMAGE_CORRUPT,
          Stage.DECODE,
          "the %s file has %d %s; the limit is %d".formatted(format, found, what, most));
    }
  }
}
