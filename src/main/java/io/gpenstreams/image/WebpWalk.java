package io.gpenstreams.image;

import io.gpenstreams.image.PhotoFile.Block;
import io.gpenstreams.image.PhotoFile.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** One pass over a WebP file, chunk by chunk (RFC 9649, section 2). Used once, by one thread. */
final class WebpWalk {
  // Types as little-endian numbers, since a String for each of millions of chunks is too much.
  private static final int ANMF = 0x464D4E41;
  private static final int VP8 = 0x20385056;
  private static final int VP8L = 0x4C385056;
  private static final int ALPH = 0x48504C41;
  private static final int EXIF = 0x46495845;
  private static final int XMP = 0x20504D58;
  private static final int ICCP = 0x50434349;

  private final PhotoHeader header;
  private final byte[] file;
  private int pictures;
  private int images;
  private int otherChunks;
  private long otherBytes;
  private Block exif = Block.NONE;
  private Block xmp = Block.NONE;
  private Block icc = Block.NONE;

  WebpWalk(PhotoHeader header, byte[] file) {
    this.header = header;
    this.file = file;
  }

  /**
   * The whole walk.
   *
   * @throws IOException if the end is missing
   */
  PhotoFile run() throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long end = WebpFile.CHUNK_HEADER + Integer.toUnsignedLong(in.getInt(Integer.BYTES));
    if (end > file.length) {
      throw new IOException("the end is missing");
    }
    long place = WebpFile.FIRST_CHUNK;
    while (place + WebpFile.CHUNK_HEADER <= end) {
      int start = Math.toIntExact(place + WebpFile.CHUNK_HEADER);
      long length = Integer.toUnsignedLong(in.getInt(start - Integer.BYTES));
      if (start + length > end) {
        throw new IOException("a chunk is cut");
      }
      chunk(in.getInt((int) place), start, (int) length);
      place = start + length + length % 2;
    }
    if (pictures > 1) {
      throw PhotoFile.animation(ImageFormat.WEBP, pictures);
    }
    DecodingLimit.WEBP_IMAGES.check(ImageFormat.WEBP, images);
    DecodingLimit.PARTS.check(ImageFormat.WEBP, otherChunks);
    DecodingLimit.METADATA_BYTES.check(ImageFormat.WEBP, otherBytes);
    return new PhotoFile(
        header, file, List.of(new Extent(0, (int) end)), new PhotoFile.Metadata(exif, xmp, icc));
  }

  private void chunk(int type, int start, int length) {
    switch (type) {
      case ANMF -> pictures++;
      case VP8, VP8L -> images++;
      case ALPH -> otherChunks++;
      default -> other(type, start, length);
    }
  }

  private void other(int type, int start, int length) {
    otherChunks++;
    otherBytes += length;
    switch (type) {
      case EXIF -> exif = Block.plain(new Extent(start, length).without(file, JpegFile.EXIF));
      case XMP -> xmp = Block.plain(new Extent(start, length));
      case ICCP -> icc = Block.plain(new Extent(start, length));
      default -> {}
    }
  }
}
