package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** The header of a PNG file, and its metadata as chunks (PNG specification, third edition). */
final class PngFile {
  static final int SIGNATURE = 8;
  // A chunk's length, type and checksum.
  static final int FRAME = 12;
  private static final int HEADER_LENGTH = 13;
  static final byte[] XMP = "XML:com.adobe.xmp\0".getBytes(ISO_8859_1);
  private static final byte[] NEITHER_PACKED_NOR_TRANSLATED = new byte[4];
  private static final byte[] ICC_NAME = "icc\0\0".getBytes(ISO_8859_1);

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
   * A file with metadata. The codec cannot write it: it puts XMP into a kind of text chunk that no
   * reader expects, together with the bytes that follow in memory.
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

  private static void chunk(ByteArrayOutputStream out, String type, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(type.getBytes(ISO_8859_1));
    Arrays.stream(parts).forEach(body::writeBytes);
    byte[] bytes = body.toByteArray();
    out.writeBytes(integer(bytes.length - Integer.BYTES));
    out.writeBytes(bytes);
    out.writeBytes(integer(checksum(bytes, 0, bytes.length)));
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

  private static int checksum(byte[] file, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(file, from, length);
    return (int) crc.getValue();
  }

  private static String type(byte[] file, int chunk) {
    return new String(file, chunk + Integer.BYTES, Integer.BYTES, ISO_8859_1);
  }
}
