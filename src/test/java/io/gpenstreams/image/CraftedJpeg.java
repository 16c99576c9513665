package io.gpenstreams.image;

import static io.gpenstreams.image.PhotoFiles.segment;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * JPEG files put together marker by marker, with what no encoder would write. All Huffman tables
 * have the one code 0, so that zeros are valid data in every scan.
 */
public final class CraftedJpeg {
  /** Sequential, baseline. */
  public static final int BASELINE = 0xC0;

  /** Progressive, Huffman-coded. */
  public static final int PROGRESSIVE = 0xC2;

  /** The symbol of a block without any more coefficients. */
  public static final int END_OF_BLOCK = 0x00;

  /** The symbol of 16,384 such blocks, whose number follows in 14 bits. */
  public static final int END_OF_BAND = 0xE0;

  private static final int LONGEST_RUN = 1 << 14;
  private static final int BITS_OF_RUN = 15;

  private final int width;
  private final int height;
  private final int[] samplings;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /**
   * The start of an image.
   *
   * @param frame marker of the frame
   * @param samplings of each component, across in the high four bits and down in the low four
   */
  public CraftedJpeg(int frame, int width, int height, int... samplings) {
    this.width = width;
    this.height = height;
    this.samplings = samplings;
    byte[] quantisation = new byte[65];
    Arrays.fill(quantisation, 1, quantisation.length, (byte) 1);
    bytes(0xFF, 0xD8);
    raw(segment(0xDB, quantisation));
    frame(frame);
    table(0x00, 0);
    table(0x10, END_OF_BLOCK);
  }

  /** A frame header, again if it is not the first. */
  public CraftedJpeg frame(int marker) {
    byte[] content = new byte[6 + 3 * samplings.length];
    content[0] = 8;
    content[1] = (byte) (height >> 8);
    content[2] = (byte) height;
    content[3] = (byte) (width >> 8);
    content[4] = (byte) width;
    content[5] = (byte) samplings.length;
    for (int i = 0; i < samplings.length; i++) {
      content[6 + 3 * i] = (byte) (i + 1);
      content[7 + 3 * i] = (byte) samplings[i];
    }
    return raw(segment(marker, content));
  }

  /** A Huffman table with one symbol: 0x00… for DC, 0x10… for AC. */
  public CraftedJpeg table(int place, int symbol) {
    byte[] content = new byte[18];
    content[0] = (byte) place;
    content[1] = 1;
    content[17] = (byte) symbol;
    return raw(segment(0xC4, content));
  }

  /** Bytes as they are. */
  public CraftedJpeg raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** Bytes as they are. */
  public CraftedJpeg bytes(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  /**
   * A scan with data for all of its blocks: of DC coefficients, one bit a block; of AC coefficients
   * of one component, in runs, for a table of {@link #END_OF_BAND}.
   *
   * @param first and last coefficient
   * @param approximation 0x00 for a scan of its own, 0x10 for one that refines
   */
  public CraftedJpeg scan(int first, int last, int approximation, int... components) {
    header(first, last, approximation, components);
    long blocks = (width + 7) / 8 * (long) ((height + 7) / 8);
    long bits =
        first == 0 ? blocks * bitsOfUnit(components) : (blocks / LONGEST_RUN + 1) * BITS_OF_RUN;
    return raw(new byte[(int) (bits / 8 + 1)]);
  }

  private int bitsOfUnit(int[] components) {
    return Arrays.stream(components)
        .map(c -> (samplings[c - 1] >> 4) * (samplings[c - 1] & 15))
        .sum();
  }

  /** A scan's header without data. */
  public CraftedJpeg header(int first, int last, int approximation, int... components) {
    byte[] content = new byte[4 + 2 * components.length];
    content[0] = (byte) components.length;
    for (int i = 0; i < components.length; i++) {
      content[1 + 2 * i] = (byte) components[i];
    }
    content[content.length - 3] = (byte) first;
    content[content.length - 2] = (byte) last;
    content[content.length - 1] = (byte) approximation;
    return raw(segment(0xDA, content));
  }

  /** A scan of the DC coefficients of all components. */
  public CraftedJpeg all() {
    return scan(0, 0, 0, IntStream.rangeClosed(1, samplings.length).toArray());
  }

  /** The file. */
  public byte[] end() {
    return bytes(0xFF, 0xD9).out.toByteArray();
  }

  /** The file, without its end. */
  public byte[] open() {
    return out.toByteArray();
  }
}
