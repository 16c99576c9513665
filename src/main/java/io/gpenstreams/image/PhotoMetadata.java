package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPMetaFactory;
import com.adobe.internal.xmp.options.ParseOptions;
import com.adobe.internal.xmp.options.SerializeOptions;
import java.net.URI;
import java.util.Optional;

/**
 * What a photo carries beside its pixels, as raw blocks. Immutable; the arrays are never handed out
 * for writing.
 */
public final class PhotoMetadata {
  /** Nothing. */
  public static final PhotoMetadata NONE = new PhotoMetadata(null, null, null);

  private static final String IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
  private static final int ICC_COLOUR_SPACE_OFFSET = 16;

  private final byte[] exif;
  private final byte[] xmp;
  private final byte[] icc;

  PhotoMetadata(byte[] exif, byte[] xmp, byte[] icc) {
    this.exif = exif;
    this.xmp = xmp;
    this.icc = icc;
  }

  Optional<byte[]> exif() {
    return Optional.ofNullable(exif);
  }

  Optional<byte[]> xmp() {
    return Optional.ofNullable(xmp);
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
        exif == null ? null : ExifOrientation.upright(exif), xmp, isRgbProfile() ? icc : null);
  }

  /**
   * The same with the IPTC digital source type set, as the IPTC asks of pictures that an algorithm
   * changed. An XMP packet that cannot be parsed is replaced.
   */
  public PhotoMetadata labelled(URI digitalSourceType) {
    try {
      XMPMeta meta = parsedXmp();
      XMPMetaFactory.getSchemaRegistry().registerNamespace(IPTC_EXTENSION, "Iptc4xmpExt");
      meta.setProperty(IPTC_EXTENSION, "DigitalSourceType", digitalSourceType.toString());
      byte[] packet =
          XMPMetaFactory.serializeToBuffer(
              meta, new SerializeOptions().setUseCompactFormat(true).setOmitPacketWrapper(true));
      return new PhotoMetadata(exif, packet, icc);
    } catch (XMPException e) {
      throw new IllegalStateException("A packet of one property could not be written", e);
    }
  }

  private XMPMeta parsedXmp() {
    if (xmp != null) {
      try {
        return XMPMetaFactory.parseFromBuffer(xmp, new ParseOptions().setDisallowDoctype(true));
      } catch (XMPException e) {
        return XMPMetaFactory.create();
      }
    }
    return XMPMetaFactory.create();
  }

  // A profile for grey or CMYK data would miscolour the RGB pixels that decoding made of them.
  private boolean isRgbProfile() {
    return icc != null
        && icc.length >= ICC_COLOUR_SPACE_OFFSET + 4
        && new String(icc, ICC_COLOUR_SPACE_OFFSET, 4, US_ASCII).equals("RGB ");
  }
}
