package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Photo files and their metadata blocks, put together byte by byte. */
public final class PhotoFiles {
  private static final int PNG_SIGNATURE_AND_IHDR = 8 + 12 + 13;

  private PhotoFiles() {}

  /** A big-endian or little-endian EXIF block with three entries, the orientation among them. */
  public static byte[] exif(int orientation, ByteOrder order) {
    String maker = "Camera\0\0";
    ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 3 * 12 + 4 + maker.length()).order(order);
    tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(ISO_8859_1));
    tiff.putShort((short) 42).putInt(8).putShort((short) 3);
    int text = 8 + 2 + 3 * 12 + 4;
    tiff.putShort((short) 0x010F).putShort((short) 2).putInt(maker.length()).putInt(text);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    tiff.putShort((short) orientation).putShort((short) 0);
    tiff.putShort((short) 0x0128).putShort((short) 3).putInt(1);
    tiff.putShort((short) 2).putShort((short) 0);
    tiff.putInt(0).put(maker.getBytes(ISO_8859_1));
    return tiff.array();
  }

  /** An XMP packet with a title and a creator. */
  public static byte[] xmp() {
    return """
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
     xmp:CreatorTool="A scanner"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Großmutter
    </rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>
    """
        .getBytes(UTF_8);
  }

  /**
   * A colour profile with a valid header and no tags but a padding.
   *
   * @param space {@code RGB }, {@code GRAY} or {@code CMYK}
   */
  public static byte[] icc(String space, int length) {
    ByteBuffer profile = ByteBuffer.allocate(length);
    profile.putInt(0, length);
    profile.put(8, new byte[] {2, 0x20, 0, 0});
    profile.put(12, "mntr".getBytes(ISO_8859_1));
    profile.put(16, space.getBytes(ISO_8859_1));
    profile.put(20, "XYZ ".getBytes(ISO_8859_1));
    profile.put(36, "acsp".getBytes(ISO_8859_1));
    // The connection space's illuminant, D50, which codecs check.
    profile.putInt(68, 0x0000F6D6).putInt(72, 0x00010000).putInt(76, 0x0000D32D);
    for (int i = 132; i < length; i++) {
      profile.put(i, (byte) (i * 31));
    }
    return profile.array();
  }

  /** A JPEG marker segment. */
  public static byte[] segment(int marker, byte[]... parts) {
    byte[] content = concat(parts);
    return concat(
        new byte[] {
          (byte) 0xFF,
          (byte) marker,
          (byte) ((content.length + 2) >>> 8),
          (byte) (content.length + 2)
        },
        content);
  }

  /** A JPEG file with segments right after its start. */
  public static byte[] withSegments(byte[] jpeg, byte[]... segments) {
    return concat(
        Arrays.copyOf(jpeg, 2), concat(segments), Arrays.copyOfRange(jpeg, 2, jpeg.length));
  }

  /** EXIF as JPEG holds it. */
  public static byte[] exifSegment(byte[] exif) {
    return segment(0xE1, "Exif\0\0".getBytes(ISO_8859_1), exif);
  }

  /** XMP as JPEG holds it. */
  public static byte[] xmpSegment(byte[] xmp) {
    return segment(0xE1, "http://ns.adobe.com/xap/1.0/\0".getBytes(ISO_8859_1), xmp);
  }

  /** A colour profile as JPEG holds it, in as many segments as asked for. */
  public static byte[] iccSegments(byte[] icc, int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = (icc.length + count - 1) / count;
    for (int i = 0; i < count; i++) {
      byte[] part = Arrays.copyOfRange(icc, i * length, Math.min(icc.length, (i + 1) * length));
      byte[] place = {(byte) (i + 1), (byte) count};
      out.writeBytes(segment(0xE2, "ICC_PROFILE\0".getBytes(ISO_8859_1), place, part));
    }
    return out.toByteArray();
  }

  /** A PNG chunk with its checksum. */
  public static byte[] chunk(String type, byte[]... parts) {
    byte[] body = concat(type.getBytes(ISO_8859_1), concat(parts));
    CRC32 crc = new CRC32();
    crc.update(body);
    return concat(ints(body.length - 4), body, ints((int) crc.getValue()));
  }

  /** A PNG file of these chunks. */
  public static byte[] png(byte[]... chunks) {
    return concat("\u0089PNG\r\n\u001a\n".getBytes(ISO_8859_1), concat(chunks));
  }

  /** A PNG file's first chunk. */
  public static byte[] header(int width, int height, int bits, int colourType) {
    return chunk("IHDR", ints(width, height), new byte[] {(byte) bits, (byte) colourType, 0, 0, 0});
  }

  /** A PNG file with chunks right after its header. */
  public static byte[] withChunks(byte[] png, byte[]... chunks) {
    return concat(
        Arrays.copyOf(png, PNG_SIGNATURE_AND_IHDR),
        concat(chunks),
        Arrays.copyOfRange(png, PNG_SIGNATURE_AND_IHDR, png.length));
  }

  /** XMP as PNG holds it. */
  public static byte[] xmpChunk(byte[] xmp) {
    return chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0".getBytes(ISO_8859_1), xmp);
  }

  /** Integers, highest byte first. */
  public static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  /** A RIFF chunk, padded to an even length. */
  public static byte[] riff(String type, byte[]... parts) {
    byte[] content = concat(parts);
    return concat(
        type.getBytes(ISO_8859_1),
        ints(Integer.reverseBytes(content.length)),
        content,
        new byte[content.length % 2]);
  }

  /**
   * The extended form of a WebP file.
   *
   * @param simple a file without metadata, whose image chunk is taken over
   * @param flags of the extended header: 32 colour profile, 16 alpha, 8 EXIF, 4 XMP, 2 animation
   * @param before chunks before the image
   * @param after chunks after it
   */
  public static byte[] extendedWebp(
      byte[] simple, int width, int height, int flags, byte[] before, byte[] after) {
    ByteBuffer canvas = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    canvas.put(0, (byte) flags);
    canvas.putInt(4, width - 1);
    canvas.put(7, (byte) (height - 1)).put(8, (byte) ((height - 1) >> 8));
    byte[] image = Arrays.copyOfRange(simple, 12, simple.length);
    return riff(
        "RIFF", "WEBP".getBytes(ISO_8859_1), riff("VP8X", canvas.array()), before, image, after);
  }

  /** All of them, one after the other. */
  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
