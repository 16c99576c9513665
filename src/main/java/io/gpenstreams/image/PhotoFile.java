package io.gpenstreams.image;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.bytedeco.javacpp.BytePointer;

/**
 * A photo's file after its structure was counted: the highest cost of decoding is known, and so is
 * the place of each part. Refers to the caller's array, which must not change, and takes little
 * memory itself.
 */
public final class PhotoFile {
  private final PhotoHeader header;
  private final byte[] bytes;
  private final List<Extent> forCodec;
  private final Metadata metadata;

  PhotoFile(PhotoHeader header, byte[] bytes, List<Extent> forCodec, Metadata metadata) {
    this.header = header;
    this.bytes = bytes;
    this.forCodec = forCodec;
    this.metadata = metadata;
  }

  /** A part of the file. */
  record Extent(int start, int length) {
    int end() {
      return start + length;
    }

    static boolean startsWith(byte[] file, int start, int length, byte[] name) {
      return length >= name.length
          && Arrays.equals(name, 0, name.length, file, start, start + name.length);
    }

    /** The bytes after a name, or all bytes if they do not begin with it. */
    Extent without(byte[] file, byte[] name) {
      return startsWith(file, start, length, name)
          ? new Extent(start + name.length, length - name.length)
          : this;
    }
  }

  /**
   * A block of metadata in the file.
   *
   * @param parts in their order; none if there is no block
   * @param packed whether it is a zlib stream
   */
  record Block(List<Extent> parts, boolean packed) {
    static final Block NONE = new Block(List.of(), false);

    boolean isEmpty() {
      return parts.isEmpty();
    }

    static Block plain(Extent extent) {
      return new Block(List.of(extent), false);
    }

    static Block packed(Extent extent) {
      return new Block(List.of(extent), true);
    }
  }

  /** Where each kind of metadata is. */
  record Metadata(Block exif, Block xmp, Block icc) {}

  /**
   * Looks at the structure of the whole file, in one pass.
   *
   * @param header of this file
   * @throws RestorationException {@code IMAGE_CORRUPT} if the structure is damaged or over a {@link
   *     DecodingLimit}; {@code UNSUPPORTED_FORMAT} if it is an animation, of which a photo would
   *     lose all but one picture, or coded as no codec for photos should have to decode
   */
  static PhotoFile read(PhotoHeader header, byte[] bytes) {
    try {
      return switch (header.format()) {
        case JPEG -> new JpegWalk(header, bytes).run();
        case PNG -> new PngWalk(header, bytes).run();
        case WEBP -> new WebpWalk(header, bytes).run();
      };
    } catch (IOException e) {
      throw header.damaged(e);
    }
  }

  static RestorationException animation(ImageFormat format, long pictures) {
    return unsupported(
        "the %s file is an animation of %d pictures, not a photo".formatted(format, pictures));
  }

  static RestorationException unsupported(String message) {
    return new RestorationException(ErrorCode.UNSUPPORTED_FORMAT, Stage.DECODE, message);
  }

  /** The header. */
  public PhotoHeader header() {
    return header;
  }

  /** A native copy of the parts that the codec needs; the caller closes it. */
  BytePointer forCodec() {
    BytePointer copy = new BytePointer(forCodec.stream().mapToLong(Extent::length).sum());
    long place = 0;
    for (Extent part : forCodec) {
      copy.position(place).put(bytes, part.start(), part.length());
      place += part.length();
    }
    return copy.position(0);
  }

  /**
   * The photo's metadata. A packed block that cannot be unpacked is left out.
   *
   * @throws RestorationException {@code IMAGE_CORRUPT} if it is over a {@link DecodingLimit}
   */
  PhotoMetadata metadata() {
    byte[] xmp = read(metadata.xmp());
    if (xmp != null) {
      XmpOutline.of(xmp).check(header.format());
    }
    return new PhotoMetadata(read(metadata.exif()), xmp, read(metadata.icc()));
  }

  private byte[] read(Block block) {
    if (block.isEmpty()) {
      return null;
    }
    if (block.packed()) {
      return unpacked(block.parts().get(0));
    }
    byte[] whole = new byte[block.parts().stream().mapToInt(Extent::length).sum()];
    int place = 0;
    for (Extent part : block.parts()) {
      System.arraycopy(bytes, part.start(), whole, place, part.length());
      place += part.length();
    }
    return whole;
  }

  private byte[] unpacked(Extent packed) {
    int most = (int) DecodingLimit.UNPACKED_BYTES.most();
    Inflater inflater = new Inflater();
    try (InputStream in =
        new InflaterInputStream(
            new ByteArrayInputStream(bytes, packed.start(), packed.length()), inflater)) {
      byte[] block = in.readNBytes(most + 1);
      DecodingLimit.UNPACKED_BYTES.check(header.format(), block.length);
      return block;
    } catch (IOException e) {
      return null;
    } finally {
      inflater.end();
    }
  }
}
