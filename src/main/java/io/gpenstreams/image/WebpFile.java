package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The header of a WebP file (RFC 9649, section 2). */
final class WebpFile {
  static final int FIRST_CHUNK = 12;
  static final int CHUNK_HEADER = 8;
  // Enough for the longest of the three headers.
  private static final int HEADER_LENGTH = 10;
  private static final int SIDE_BITS = 14;
  private static final int SIDE_MASK = (1 << SIDE_BITS) - 1;

  private WebpFile() {}

  /**
   * The size that decoding would give.
   *
   * @throws IOException if the file does not begin with it
   */
  static PhotoHeader header(byte[] file) throws IOException {
    if (file.length < FIRST_CHUNK + CHUNK_HEADER + HEADER_LENGTH) {
      throw new IOException("the file ends in its header");
    }
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int content = FIRST_CHUNK + CHUNK_HEADER;
    return switch (type(file, FIRST_CHUNK)) {
      case "VP8X" -> header(1 + threeBytes(in, content + 4), 1 + threeBytes(in, content + 7));
      case "VP8 " ->
          header(in.getShort(content + 6) & SIDE_MASK, in.getShort(content + 8) & SIDE_MASK);
      case "VP8L" -> {
        int sides = in.getInt(content + 1);
        yield header(1 + (sides & SIDE_MASK), 1 + (sides >>> SIDE_BITS & SIDE_MASK));
      }
      default -> throw new IOException("no image chunk");
    };
  }

  private static PhotoHeader header(int width, int height) {
    return new PhotoHeader(ImageFormat.WEBP, width, height);
  }

  private static int threeBytes(ByteBuffer in, int at) {
    return in.getInt(at - 1) >>> 8;
  }

  private static String type(byte[] file, int chunk) {
    return new String(file, chunk, Integer.BYTES, ISO_8859_1);
  }
}
