package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** The chunks of a PNG file (PNG specification, third edition, section 5). */
final class PngFile {
  private static final int SIGNATURE = 8;
  // A chunk's length, type and checksum.
  private static final int FRAME = 12;
  private static final int HEADER_LENGTH = 13;
  private static final int LOWER_CASE = 0x20;
  private static final Set<String> PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
  private static final byte[] XMP = "XML:com.adobe.xmp\0".getBytes(ISO_8859_1);
  private static final byte[] NEITHER_PACKED_NOR_TRANSLATED = new byte[4];
  private static final byte[] ICC_NAME = "icc\0\0".getBytes(ISO_8859_1);
  private static final int MAX_INFLATED = 1 << 24;

  private PngFile() {}

  /**
   * The size that decoding would give.
   *
   * @throws IOException if the file does not begin with it
   */
  static PhotoHeader header(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file);
    if (file.length < SIGNATURE + 8 + HEADER_LENGTH
        || in.getInt(SIGNATURE) != HEADER_LENGTH
        || !type(file, SIGNATURE).equals("IHDR")) {
      throw new IOException("no header chunk");
    }
    return new PhotoHeader(
        ImageFormat.PNG, in.getInt(SIGNATURE + 8), in.getInt(SIGNATURE + 8 + Integer.BYTES));
  }

  /**
   * How many pictures there are: more than one is an animation.
   *
   * @throws IOException if the end is missing, or a chunk that decoding needs is damaged
   */
  static int pictures(byte[] file) throws IOException {
    int pictures = 1;
    for (Chunk chunk : chunks(file)) {
      if (chunk.type().equals("acTL") && chunk.length() >= Integer.BYTES) {
        pictures = ByteBuffer.wrap(file).getInt(chunk.start());
      }
    }
    return pictures;
  }

  /**
   * What the file carries beside its pixels.
   *
   * @throws IOException if the end is missing, or a chunk that decoding needs is damaged
   */
  static PhotoMetadata metadata(byte[] file) throws IOException {
    byte[] exif = null;
    byte[] xmp = null;
    byte[] icc = null;
    for (Chunk chunk : chunks(file)) {
      byte[] content = Arrays.copyOfRange(file, chunk.start(), chunk.start() + chunk.length());
      switch (chunk.type()) {
        case "eXIf" -> exif = JpegFile.exifBlock(content);
        case "iTXt" -> xmp = startsWith(content, XMP) ? text(content) : xmp;
        case "iCCP" -> icc = inflated(content, zero(content, 0) + 2);
        default -> {}
      }
    }
    return new PhotoMetadata(exif, xmp, icc);
  }

  /**
   * A file with nothing but what its pixels depend on: the codec writes whatever it thinks of the
   * rest, a well-known maker's colour profile for one, to standard error.
   *
   * @throws IOException if the end is missing, or a chunk that decoding needs is damaged
   */
  static byte[] pixelsOnly(byte[] file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, SIGNATURE);
    for (Chunk chunk : chunks(file)) {
      if (PIXELS.contains(chunk.type())) {
        out.write(file, chunk.start() - 8, chunk.length() + FRAME);
      }
    }
    return out.toByteArray();
  }

  /**
   * A file with metadata. The codec cannot: it writes XMP as a kind of text that nobody looks for
   * it in, and with it whatever follows in memory.
   */
  static byte[] withMetadata(byte[] file, PhotoMetadata metadata) {
    int afterHeader = SIGNATURE + FRAME + HEADER_LENGTH;
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length + (1 << 16));
    out.write(file, 0, afterHeader);
    metadata.icc().ifPresent(block -> chunk(out, "iCCP", ICC_NAME, deflated(block)));
    metadata.exif().ifPresent(block -> chunk(out, "eXIf", block));
    metadata
        .xmp()
        .ifPresent(block -> chunk(out, "iTXt", XMP, NEITHER_PACKED_NOR_TRANSLATED, block));
    out.write(file, afterHeader, file.length - afterHeader);
    return out.toByteArray();
  }

  private record Chunk(String type, int start, int length) {}

  private static List<Chunk> chunks(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file);
    List<Chunk> chunks = new ArrayList<>();
    int place = SIGNATURE;
    while (true) {
      int left = file.length - place - FRAME;
      if (left < 0) {
        throw new IOException("the end is missing");
      }
      int length = in.getInt(place);
      if (length < 0 || length > left) {
        throw new IOException("the file ends in a chunk");
      }
      Chunk chunk = new Chunk(type(file, place), place + 8, length);
      boolean needed = (file[place + 4] & LOWER_CASE) == 0;
      if (needed && in.getInt(place + 8 + length) != checksum(file, place + 4, length + 4)) {
        throw new IOException("a chunk's checksum is wrong");
      }
      chunks.add(chunk);
      if (chunk.type().equals("IEND")) {
        return chunks;
      }
      place += FRAME + length;
    }
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(type.getBytes(ISO_8859_1));
    Arrays.stream(parts).forEach(body::writeBytes);
    byte[] bytes = body.toByteArray();
    out.writeBytes(integer(bytes.length - Integer.BYTES));
    out.writeBytes(bytes);
    out.writeBytes(integer(checksum(bytes, 0, bytes.length)));
  }

  // Keyword, whether packed, how packed, language, translated keyword, text.
  private static byte[] text(byte[] content) {
    int language = XMP.length + 2;
    int translated = zero(content, language) + 1;
    int text = zero(content, translated) + 1;
    if (text > content.length) {
      return null;
    }
    return content[XMP.length] == 0
        ? Arrays.copyOfRange(content, text, content.length)
        : inflated(content, text);
  }

  // Where the next zero is, or the end.
  private static int zero(byte[] content, int from) {
    int place = from;
    while (place < content.length && content[place] != 0) {
      place++;
    }
    return place;
  }

  // A few bytes may claim to be gigabytes.
  private static byte[] inflated(byte[] content, int from) {
    if (from >= content.length) {
      return null;
    }
    Inflater inflater = new Inflater();
    try (InputStream in =
        new InflaterInputStream(
            new ByteArrayInputStream(content, from, content.length - from), inflater)) {
      byte[] bytes = in.readNBytes(MAX_INFLATED + 1);
      return bytes.length > MAX_INFLATED ? null : bytes;
    } catch (IOException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  private static byte[] deflated(byte[] block) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packed = new DeflaterOutputStream(out)) {
      packed.write(block);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written to", e);
    }
    return out.toByteArray();
  }

  private static byte[] integer(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static boolean startsWith(byte[] content, byte[] start) {
    return content.length > start.length + 2
        && Arrays.equals(content, 0, start.length, start, 0, start.length);
  }

  private static int checksum(byte[] file, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(file, from, length);
    return (int) crc.getValue();
  }

  private static String type(byte[] file, int chunk) {
    return new String(file, chunk + Integer.BYTES, Integer.BYTES, ISO_8859_1);
  }
}
