package io.gpenstreams.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * Finds the orientation entry in a raw EXIF block (a TIFF file without pictures) and writes it in
 * place, so that the rest of the block is carried over to the bit. Every offset in the block is
 * untrusted.
 */
final class ExifOrientation {
  /** Upright, as stored. */
  static final int UPRIGHT = 1;

  private static final int ORIENTATION_TAG = 0x0112;
  private static final int LITTLE_ENDIAN_TIFF = 0x49492A00;
  private static final int BIG_ENDIAN_TIFF = 0x4D4D002A;
  private static final int ENTRY_LENGTH = 12;
  private static final int MAX_ORIENTATION = 8;

  private ExifOrientation() {}

  /** Whether the block begins as EXIF must. */
  static boolean isTiff(byte[] exif) {
    return exif.length >= 4
        && (ByteBuffer.wrap(exif).getInt() == LITTLE_ENDIAN_TIFF
            || ByteBuffer.wrap(exif).getInt() == BIG_ENDIAN_TIFF);
  }

  /** The orientation, 1…8 (EXIF 2.32, tag 0112), or 1 if the block does not say. */
  static int read(byte[] exif) {
    ByteBuffer tiff = tiff(exif);
    OptionalInt offset = valueOffset(tiff);
    if (offset.isEmpty()) {
      return UPRIGHT;
    }
    int value = Short.toUnsignedInt(tiff.getShort(offset.getAsInt()));
    return value >= UPRIGHT && value <= MAX_ORIENTATION ? value : UPRIGHT;
  }

  /** A copy of the block with the orientation set to upright. */
  static byte[] upright(byte[] exif) {
    byte[] copy = exif.clone();
    ByteBuffer tiff = tiff(copy);
    valueOffset(tiff).ifPresent(offset -> tiff.putShort(offset, (short) UPRIGHT));
    return copy;
  }

  private static ByteBuffer tiff(byte[] exif) {
    boolean littleEndian = exif.length > 0 && exif[0] == 'I';
    return ByteBuffer.wrap(exif)
        .order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  private static OptionalInt valueOffset(ByteBuffer tiff) {
    int length = tiff.limit();
    if (length < 8) {
      return OptionalInt.empty();
    }
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > length - 2) {
      return OptionalInt.empty();
    }
    int entries = Short.toUnsignedInt(tiff.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_LENGTH;
      if (entry > length - ENTRY_LENGTH) {
        return OptionalInt.empty();
      }
      if (Short.toUnsignedInt(tiff.getShort(entry)) == ORIENTATION_TAG) {
        return OptionalInt.of(entry + 8);
      }
    }
    return OptionalInt.empty();
  }
}
