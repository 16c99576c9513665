package io.gpenstreams.image;

/**
 * Steps through the markers of a JPEG file (ITU-T T.81, annex B), as libjpeg does: whatever stands
 * between segments is skipped, pixels among it. Used by one thread.
 */
final class JpegMarkers {
  static final int START = 0xD8;
  static final int END = 0xD9;
  static final int START_OF_SCAN = 0xDA;
  static final int APP0 = 0xE0;
  static final int APP1 = 0xE1;
  static final int APP2 = 0xE2;
  static final int FIRST_FRAME = 0xC0;

  /** In the place of a marker. */
  static final int END_OF_FILE = -1;

  private static final int AFTER_START = 2;
  private static final int LENGTH_BYTES = 2;

  private final byte[] file;
  private int place = AFTER_START;
  private int start;
  private int length;

  JpegMarkers(byte[] file) {
    this.file = file;
  }

  /**
   * Goes to the next marker and, if it has a segment, behind that, or to the end of the file where
   * that is nearer.
   *
   * @return the marker, or {@link #END_OF_FILE}
   */
  int next() {
    int marker = find();
    start = place;
    length = 0;
    if (marker == END_OF_FILE || !hasSegment(marker)) {
      return marker;
    }
    if (file.length - place < LENGTH_BYTES) {
      place = file.length;
      return END_OF_FILE;
    }
    length = twoBytes(place) - LENGTH_BYTES;
    start = place + LENGTH_BYTES;
    place = (int) Math.min(file.length, (long) start + Math.max(0, length));
    return marker;
  }

  private int find() {
    while (place < file.length) {
      if (file[place++] != (byte) 0xFF) {
        continue;
      }
      while (place < file.length && file[place] == (byte) 0xFF) {
        place++;
      }
      // A zero makes it a byte of the pixels.
      if (place < file.length && file[place++] != 0) {
        return Byte.toUnsignedInt(file[place - 1]);
      }
    }
    return END_OF_FILE;
  }

  /** Where the walk is: behind the last marker and its segment. */
  int place() {
    return place;
  }

  /** Where the content of the last segment begins. */
  int start() {
    return start;
  }

  /** Whether the last segment is all there. */
  boolean isWhole() {
    return length >= 0 && length <= file.length - start;
  }

  /** Big-endian and unsigned. */
  int twoBytes(int at) {
    return Byte.toUnsignedInt(file[at]) << 8 | Byte.toUnsignedInt(file[at + 1]);
  }

  /** All but TEM, the reserved markers, RST0…RST7, and the image's start and end. */
  static boolean hasSegment(int marker) {
    return marker >= FIRST_FRAME && (marker < 0xD0 || marker > END);
  }

  /** SOF0…SOF15 without DHT, JPG and DAC, which lie between them. */
  static boolean isFrame(int marker) {
    return marker >= FIRST_FRAME
        && marker <= 0xCF
        && marker != 0xC4
        && marker != 0xC8
        && marker != 0xCC;
  }

  /** APP0…APP15 and comments. */
  static boolean isMetadata(int marker) {
    return (marker >= APP0 && marker <= 0xEF) || marker == 0xFE;
  }
}
