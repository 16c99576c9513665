package io.gpenstreams.image;

import io.gpenstreams.image.PhotoFile.Block;
import io.gpenstreams.image.PhotoFile.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * One pass over a PNG file, chunk by chunk (PNG specification, third edition, section 5). The codec
 * gets only the chunks that the pixels depend on, because it writes complaints about others to
 * standard error, for example about common colour profiles. Used once, by one thread.
 */
final class PngWalk {
  // Types as big-endian numbers, since a String for each of millions of chunks is too much.
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int TRNS = 0x74524E53;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454E44;
  private static final int ACTL = 0x6163544C;
  private static final int EXIF = 0x65584966;
  private static final int ITXT = 0x69545874;
  private static final int ICCP = 0x69434350;
  private static final int LENGTH_AND_TYPE = 8;
  private static final int LOWER_CASE = 0x20;

  private final PhotoHeader header;
  private final byte[] file;
  private final ByteBuffer in;
  private final CRC32 crc = new CRC32();
  private final List<Extent> forCodec = new ArrayList<>();
  // The last part for the codec, as far as the walk has come.
  private int keptFrom;
  private int keptTo = PngFile.SIGNATURE;
  private int headers;
  private int palettes;
  private int transparencies;
  private int pixelChunks;
  private int otherChunks;
  private long otherBytes;
  private long pictures = 1;
  private Block exif = Block.NONE;
  private Block xmp = Block.NONE;
  private Block icc = Block.NONE;

  PngWalk(PhotoHeader header, byte[] file) {
    this.header = header;
    this.file = file;
    this.in = ByteBuffer.wrap(file);
  }

  /**
   * The whole walk.
   *
   * @throws IOException if the end is missing, or a chunk that decoding needs is damaged
   */
  PhotoFile run() throws IOException {
    int place = PngFile.SIGNATURE;
    int type;
    do {
      int left = file.length - place - PngFile.FRAME;
      if (left < 0) {
        throw new IOException("the end is missing");
      }
      int length = in.getInt(place);
      if (length < 0 || length > left) {
        throw new IOException("the file ends in a chunk");
      }
      type = in.getInt(place + Integer.BYTES);
      boolean needed = (file[place + Integer.BYTES] & LOWER_CASE) == 0;
      if (needed && in.getInt(place + LENGTH_AND_TYPE + length) != checksum(place, length)) {
        throw new IOException("a chunk's checksum is wrong");
      }
      chunk(type, place, length);
      place += length + PngFile.FRAME;
    } while (type != IEND);
    if (pictures > 1) {
      throw PhotoFile.animation(ImageFormat.PNG, pictures);
    }
    check();
    forCodec.add(new Extent(keptFrom, keptTo - keptFrom));
    return new PhotoFile(header, file, forCodec, new PhotoFile.Metadata(exif, xmp, icc));
  }

  private void check() {
    DecodingLimit.PNG_HEADERS.check(ImageFormat.PNG, headers);
    DecodingLimit.PNG_PALETTES.check(ImageFormat.PNG, palettes);
    DecodingLimit.PNG_TRANSPARENCIES.check(ImageFormat.PNG, transparencies);
    DecodingLimit.PNG_PIXEL_CHUNKS.check(ImageFormat.PNG, pixelChunks);
    DecodingLimit.PARTS.check(ImageFormat.PNG, otherChunks);
    DecodingLimit.METADATA_BYTES.check(ImageFormat.PNG, otherBytes);
  }

  private void chunk(int type, int place, int length) {
    switch (type) {
      case IHDR -> headers++;
      case PLTE -> palettes++;
      case TRNS -> transparencies++;
      case IDAT -> pixelChunks++;
      case IEND -> {}
      default -> {
        other(type, place + LENGTH_AND_TYPE, length);
        return;
      }
    }
    keep(place, length + PngFile.FRAME);
  }

  // In as few parts as possible, and no more than there may be chunks between them.
  private void keep(int place, int length) {
    if (place != keptTo && otherChunks <= DecodingLimit.PARTS.most()) {
      forCodec.add(new Extent(keptFrom, keptTo - keptFrom));
      keptFrom = place;
    }
    keptTo = place + length;
  }

  private void other(int type, int start, int length) {
    otherChunks++;
    otherBytes += length;
    switch (type) {
      case ACTL -> pictures = length < Integer.BYTES ? pictures : in.getInt(start);
      case EXIF -> exif = Block.plain(new Extent(start, length).without(file, JpegFile.EXIF));
      case ITXT ->
          xmp =
              Extent.startsWith(file, start, length, PngFile.XMP)
                  ? text(new Extent(start, length))
                  : xmp;
      case ICCP -> {
        Extent content = new Extent(start, length);
        icc = packed(content, zero(content, start) + 2);
      }
      default -> {}
    }
  }

  // Keyword, whether packed, how packed, language, translated keyword, text.
  private Block text(Extent content) {
    int afterKeyword = content.start() + PngFile.XMP.length;
    int translated = zero(content, afterKeyword + 2) + 1;
    int text = zero(content, translated) + 1;
    if (text > content.end()) {
      return Block.NONE;
    }
    return file[afterKeyword] == 0
        ? Block.plain(new Extent(text, content.end() - text))
        : packed(content, text);
  }

  private static Block packed(Extent content, int start) {
    return start >= content.end()
        ? Block.NONE
        : Block.packed(new Extent(start, content.end() - start));
  }

  // Where the next zero is, or the end.
  private int zero(Extent content, int from) {
    int place = from;
    while (place < content.end() && file[place] != 0) {
      place++;
    }
    return place;
  }

  // Of type and content.
  private int checksum(int place, int length) {
    crc.reset();
    crc.update(file, place + Integer.BYTES, Integer.BYTES + length);
    return (int) crc.getValue();
  }
}
