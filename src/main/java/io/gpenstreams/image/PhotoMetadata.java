package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URI;
import java.util.Optional;

/**
 * The metadata of a photo, as raw blocks. Immutable; the arrays are never handed out for writing.
 */
public final class PhotoMetadata {
  /** Nothing. */
  public static final PhotoMetadata NONE = new PhotoMetadata(null, null, null);

  private static final int ICC_COLOUR_SPACE = 16;
  private static final int ICC_SIGNATURE = 36;
  private static final int ICC_SMALLEST = 132;

  private final byte[] exif;
  private final byte[] xmp;
  private final byte[] icc;
  private final URI label;

  PhotoMetadata(byte[] exif, byte[] xmp, byte[] icc) {
    this(exif, xmp, icc, null);
  }

  private PhotoMetadata(byte[] exif, byte[] xmp, byte[] icc, URI label) {
    this.exif = exif;
    this.xmp = xmp;
    this.icc = icc;
    this.label = label;
  }

  Optional<byte[]> exif() {
    return Optional.ofNullable(exif);
  }

  Optional<byte[]> xmp() {
    return Optional.ofNullable(xmp);
  }

  /** The XMP packet. If it has more bytes than these, only the part that must not be lost. */
  Optional<byte[]> xmp(int mostBytes) {
    return xmp()
        .filter(packet -> packet.length <= mostBytes)
        .or(() -> Optional.ofNullable(label).map(XmpPacket::of));
  }

  Optional<byte[]> icc() {
    return Optional.ofNullable(icc);
  }

  int orientation() {
    return exif == null ? ExifOrientation.UPRIGHT : ExifOrientation.read(exif);
  }

  /** The same for pixels that have been turned upright and are three-channel colour. */
  PhotoMetadata forUprightRgb() {
    return new PhotoMetadata(
        exif != null && ExifOrientation.isTiff(exif) ? ExifOrientation.upright(exif) : null,
        xmp,
        isRgbProfile() ? icc : null,
        label);
  }

  /** Only what is XMP. */
  PhotoMetadata withoutExifAndIcc() {
    return new PhotoMetadata(null, xmp, null, label);
  }

  /**
   * The same with the IPTC digital source type set, as the IPTC asks of pictures that an algorithm
   * changed. An XMP packet that cannot be parsed is replaced.
   */
  public PhotoMetadata labelled(URI digitalSourceType) {
    return new PhotoMetadata(
        exif, XmpPacket.labelled(xmp, digitalSourceType), icc, digitalSourceType);
  }

  // A profile for grey or CMYK data would miscolour the RGB pixels that decoding made of them.
  private boolean isRgbProfile() {
    return icc != null
        && icc.length >= ICC_SMALLEST
        && new String(icc, ICC_COLOUR_SPACE, 4, US_ASCII).equals("RGB ")
        && new String(icc, ICC_SIGNATURE, 4, US_ASCII).equals("acsp");
  }
}
