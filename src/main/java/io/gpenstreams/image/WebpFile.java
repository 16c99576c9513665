package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The chunks of a WebP file (RFC 9649, section 2). */
final class WebpFile {
  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
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

  /**
   * How many pictures there are: more than one is an animation.
   *
   * @throws IOException if the end is missing
   */
  static int pictures(byte[] file) throws IOException {
    int frames = 0;
    for (Chunk chunk : chunks(file)) {
      if (chunk.type().equals("ANMF")) {
        frames++;
      }
    }
    return Math.max(1, frames);
  }

  /**
   * What the file carries beside its pixels.
   *
   * @throws IOException if the end is missing
   */
  static PhotoMetadata metadata(byte[] file) throws IOException {
    byte[] exif = null;
    byte[] xmp = null;
    byte[] icc = null;
    for (Chunk chunk : chunks(file)) {
      byte[] content = Arrays.copyOfRange(file, chunk.start(), chunk.start() + chunk.length());
      switch (chunk.type()) {
        case "EXIF" -> exif = JpegFile.exifBlock(content);
        case "XMP " -> xmp = content;
        case "ICCP" -> icc = content;
        default -> {}
      }
    }
    return new PhotoMetadata(exif, xmp, icc);
  }

  private record Chunk(String type, int start, int length) {}

  private static List<Chunk> chunks(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long end = CHUNK_HEADER + Integer.toUnsignedLong(in.getInt(4));
    if (end > file.length) {
      throw new IOException("the end is missing");
    }
    List<Chunk> chunks = new ArrayList<>();
    long place = FIRST_CHUNK;
    while (place + CHUNK_HEADER <= end) {
      int start = Math.toIntExact(place + CHUNK_HEADER);
      long length = Integer.toUnsignedLong(in.getInt(start - Integer.BYTES));
      if (start + length > end) {
        throw new IOException("a chunk is cut");
      }
      chunks.add(new Chunk(type(file, start - CHUNK_HEADER), start, (int) length));
      place = start + length + length % 2;
    }
    return chunks;
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
