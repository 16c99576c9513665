package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The marker segments of a JPEG file (ITU-T T.81, annex B), read as libjpeg does. */
final class JpegFile {
  private static final byte[] EXIF = "Exif\0\0".getBytes(US_ASCII);
  private static final byte[] XMP = "http://ns.adobe.com/xap/1.0/\0".getBytes(US_ASCII);
  private static final byte[] ICC = "ICC_PROFILE\0".getBytes(US_ASCII);
  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP2 = 0xE2;
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
    Segment frame = segments(file, false).get(0);
    require(frame.content(), 5);
    int height = Short.toUnsignedInt(frame.content().getShort(1));
    int width = Short.toUnsignedInt(frame.content().getShort(3));
    return new PhotoHeader(ImageFormat.JPEG, width, height);
  }

  /**
   * What the file carries beside its pixels.
   *
   * @throws IOException if there is no scan
   */
  static PhotoMetadata metadata(byte[] file) throws IOException {
    byte[] exif = null;
    byte[] xmp = null;
    List<byte[]> icc = new ArrayList<>();
    for (Segment segment : segments(file, true)) {
      byte[] content = new byte[segment.content().remaining()];
      segment.content().get(content);
      // The first of a kind, as other readers do.
      if (segment.marker() == APP1 && startsWith(content, EXIF)) {
        exif = exif == null ? without(EXIF, content) : exif;
      } else if (segment.marker() == APP1 && startsWith(content, XMP)) {
        xmp = xmp == null ? without(XMP, content) : xmp;
      } else if (segment.marker() == APP2 && startsWith(content, ICC)) {
        icc.add(without(ICC, content));
      }
    }
    return new PhotoMetadata(exif, xmp, profile(icc));
  }

  private record Segment(int marker, ByteBuffer content) {}

  // Up to the first scan; only the frame's, or all.
  private static List<Segment> segments(byte[] file, boolean all) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).position(2);
    List<Segment> segments = new ArrayList<>();
    while (true) {
      int marker = marker(in);
      if (all && marker == START_OF_SCAN) {
        return segments;
      }
      if (marker == START || marker == END || marker == START_OF_SCAN) {
        throw new IOException("no frame header");
      }
      if (isBare(marker)) {
        continue;
      }
      require(in, 2);
      int length = Short.toUnsignedInt(in.getShort()) - 2;
      if (length < 0) {
        throw new IOException("a segment without a length");
      }
      if (!all && isFrame(marker)) {
        return List.of(new Segment(marker, in.slice()));
      }
      require(in, length);
      segments.add(new Segment(marker, in.slice(in.position(), length)));
      in.position(in.position() + length);
    }
  }

  // ICC.1:2022, annex B.4: each part says its number and how many there are.
  private static byte[] profile(List<byte[]> parts) {
    ByteArrayOutputStream profile = new ByteArrayOutputStream();
    parts.stream()
        .filter(part -> part.length > 2)
        .sorted(Comparator.comparingInt(part -> Byte.toUnsignedInt(part[0])))
        .forEach(part -> profile.write(part, 2, part.length - 2));
    boolean whole =
        !parts.isEmpty()
            && parts.stream().allMatch(part -> part.length > 2 && (part[1] & 0xFF) == parts.size());
    return whole ? profile.toByteArray() : null;
  }

  /** Removes what JPEG puts before EXIF; some programs write it into other formats, too. */
  static byte[] exifBlock(byte[] segment) {
    return without(EXIF, segment);
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
        (file[3] & 0xFF) == APP0 ? 4 + Short.toUnsignedInt(ByteBuffer.wrap(file).getShort(4)) : 2;
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length + (1 << 16));
    out.write(file, 0, place);
    metadata
        .exif()
        .filter(block -> block.length <= MAX_CONTENT - EXIF.length)
        .ifPresent(block -> segment(out, APP1, EXIF, block));
    metadata.xmp(MAX_CONTENT - XMP.length).ifPresent(block -> segment(out, APP1, XMP, block));
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
      segment(out, APP2, ICC, number, part);
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

  private static byte[] without(byte[] start, byte[] block) {
    return startsWith(block, start) ? Arrays.copyOfRange(block, start.length, block.length) : block;
  }

  private static boolean startsWith(byte[] block, byte[] start) {
    return block.length >= start.length
        && Arrays.equals(start, 0, start.length, block, 0, start.length);
  }

  // Whatever stands between segments is skipped, as decoders do.
  private static int marker(ByteBuffer in) throws IOException {
    while (true) {
      require(in, 1);
      if (in.get() != (byte) 0xFF) {
        continue;
      }
      int code = 0xFF;
      while (code == 0xFF) {
        require(in, 1);
        code = Byte.toUnsignedInt(in.get());
      }
      if (code != 0) {
        return code;
      }
    }
  }

  // SOF0…SOF15 without DHT, JPG and DAC, which lie between them.
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  // TEM and RST0…RST7 have no length.
  private static boolean isBare(int marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
  }

  private static void require(ByteBuffer in, int bytes) throws IOException {
    if (in.remaining() < bytes) {
      throw new IOException("the file ends in its header");
    }
  }
}
