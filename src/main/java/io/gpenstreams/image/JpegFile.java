package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The header of a JPEG file, and its metadata as segments of their own. */
final class JpegFile {
  static final byte[] EXIF = "Exif\0\0".getBytes(US_ASCII);
  static final byte[] XMP = "http://ns.adobe.com/xap/1.0/\0".getBytes(US_ASCII);
  static final byte[] ICC = "ICC_PROFILE\0".getBytes(US_ASCII);
  private static final int MAX_CONTENT = 0xFFFF - 2;
  private static final int MAX_ICC_PART = MAX_CONTENT - 14;
  private static final int MAX_ICC_PARTS = 255;

  private JpegFile() {}

  /**
   * The size that decoding would give.
   *
   * @throws IOException if there is no frame before the first scan
   */
  static PhotoHeader header(byte[] file) throws IOException {
    JpegMarkers markers = new JpegMarkers(file);
    int marker = markers.next();
    while (!JpegMarkers.isFrame(marker)) {
      if (marker == JpegMarkers.START
          || marker == JpegMarkers.END
          || marker == JpegMarkers.START_OF_SCAN) {
        throw new IOException("no frame header");
      }
      if (marker == JpegMarkers.END_OF_FILE || !markers.isWhole()) {
        throw new IOException("the file ends in its header");
      }
      marker = markers.next();
    }
    int start = markers.start();
    if (file.length - start < 5) {
      throw new IOException("the file ends in its header");
    }
    return new PhotoHeader(
        ImageFormat.JPEG, markers.twoBytes(start + 3), markers.twoBytes(start + 1));
  }

  /**
   * A file with metadata. Blocks that are too large for the format are left out, but never the
   * label.
   *
   * @param file without metadata, as the codec writes it: the start of the image, then JFIF's
   *     segment
   */
  static byte[] withMetadata(byte[] file, PhotoMetadata metadata) {
    int place =
        (file[3] & 0xFF) == JpegMarkers.APP0
            ? 4 + Short.toUnsignedInt(ByteBuffer.wrap(file).getShort(4))
            : 2;
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length + (1 << 16));
    out.write(file, 0, place);
    metadata
        .exif()
        .filter(block -> block.length <= MAX_CONTENT - EXIF.length)
        .ifPresent(block -> segment(out, JpegMarkers.APP1, EXIF, block));
    metadata
        .xmp(MAX_CONTENT - XMP.length)
        .ifPresent(block -> segment(out, JpegMarkers.APP1, XMP, block));
    metadata
        .icc()
        .filter(block -> block.length <= MAX_ICC_PART * MAX_ICC_PARTS)
        .ifPresent(block -> icc(out, block));
    out.write(file, place, file.length - place);
    return out.toByteArray();
  }

  // In as many segments as the profile needs.
  private static void icc(ByteArrayOutputStream out, byte[] profile) {
    int parts = (profile.length + MAX_ICC_PART - 1) / MAX_ICC_PART;
    for (int i = 0; i < parts; i++) {
      byte[] number = {(byte) (i + 1), (byte) parts};
      int from = i * MAX_ICC_PART;
      byte[] part =
          Arrays.copyOfRange(profile, from, Math.min(profile.length, from + MAX_ICC_PART));
      segment(out, JpegMarkers.APP2, ICC, number, part);
    }
  }

  private static void segment(ByteArrayOutputStream out, int marker, byte[]... parts) {
    int length = 2 + Arrays.stream(parts).mapToInt(part -> part.length).sum();
    out.write(0xFF);
    out.write(marker);
    out.write(length >>> 8);
    out.write(length);
    Arrays.stream(parts).forEach(out::writeBytes);
  }
}
