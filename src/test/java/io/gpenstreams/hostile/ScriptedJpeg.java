package io.gpenstreams.hostile;

import static io.gpenstreams.image.PhotoFiles.concat;
import static io.gpenstreams.image.PhotoFiles.segment;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * JPEG files of one flat grey, with as many scans as anyone likes (ITU-T T.81). A scan that says
 * nothing about 49 megapixels takes 75 bytes with Huffman codes and 10 with arithmetic ones, and
 * the decoder passes over all of the picture for each.
 */
final class ScriptedJpeg {
  private static final int BLOCK = 8;
  private static final int LONGEST_RUN = (1 << 15) - 1;
  private static final int RUN_BITS = 14;
  private static final int SEQUENTIAL = 0xC0;
  private static final int PROGRESSIVE = 0xC2;
  private static final int ARITHMETIC_SEQUENTIAL = 0xC9;
  private static final int ARITHMETIC_PROGRESSIVE = 0xCA;
  private static final int LAST_COEFFICIENT = 63;
  private static final byte[] START = {(byte) 0xFF, (byte) 0xD8};
  private static final byte[] END = {(byte) 0xFF, (byte) 0xD9};

  private final int side;
  private final int blocks;

  /** Square pictures. */
  ScriptedJpeg(int side) {
    this.side = side;
    int across = (side + BLOCK - 1) / BLOCK;
    this.blocks = across * across;
  }

  /** One scan for the mean of each block, the rest for what is not there. */
  byte[] progressive(int scans) {
    // One symbol in each table, one bit long: no difference; the longest run of empty blocks.
    byte[] first = new byte[(blocks + BLOCK - 1) / BLOCK];
    first[first.length - 1] |= (byte) ((1 << (first.length * BLOCK - blocks)) - 1);
    byte[] rest = emptyRuns();
    byte[] other = concat(scan(1, 1, LAST_COEFFICIENT), rest);
    return concat(
        START,
        quantisation(),
        frame(PROGRESSIVE, 1),
        huffman(0, 0),
        huffman(0x10, RUN_BITS << 4),
        scan(1, 0, 0),
        first,
        repeated(other, scans - 1),
        END);
  }

  /** The same, without a bit of data: the decoder makes up zeros. */
  byte[] arithmeticProgressive(int scans) {
    return concat(
        START,
        quantisation(),
        frame(ARITHMETIC_PROGRESSIVE, 1),
        scan(1, 0, 0),
        repeated(scan(1, 1, LAST_COEFFICIENT), scans - 1),
        END);
  }

  /** Three components, which come again and again. */
  byte[] sequential(int scans) {
    // Two bits a block: no difference, end of block.
    byte[] data = new byte[(2 * blocks + BLOCK - 1) / BLOCK];
    data[data.length - 1] |= (byte) ((1 << (data.length * BLOCK - 2 * blocks)) - 1);
    return concat(
        START,
        quantisation(),
        frame(SEQUENTIAL, 3),
        huffman(0, 0),
        huffman(0x10, 0),
        componentScans(scans, data),
        END);
  }

  /** The same, without a bit of data. */
  byte[] arithmeticSequential(int scans) {
    return concat(
        START,
        quantisation(),
        frame(ARITHMETIC_SEQUENTIAL, 3),
        componentScans(scans, new byte[0]),
        END);
  }

  private byte[] componentScans(int scans, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < scans; i++) {
      out.writeBytes(scan(1 + i % 3, 0, LAST_COEFFICIENT));
      out.writeBytes(data);
    }
    return out.toByteArray();
  }

  private byte[] frame(int marker, int components) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(
        new byte[] {
          8, (byte) (side >> 8), (byte) side, (byte) (side >> 8), (byte) side, (byte) components
        });
    for (int i = 1; i <= components; i++) {
      content.writeBytes(new byte[] {(byte) i, 0x11, 0});
    }
    return segment(marker, content.toByteArray());
  }

  private static byte[] quantisation() {
    byte[] table = new byte[65];
    Arrays.fill(table, 1, table.length, (byte) 1);
    return segment(0xDB, table);
  }

  private static byte[] huffman(int table, int symbol) {
    byte[] content = new byte[18];
    content[0] = (byte) table;
    content[1] = 1;
    content[17] = (byte) symbol;
    return segment(0xC4, content);
  }

  private static byte[] scan(int component, int from, int to) {
    return segment(0xDA, new byte[] {1, (byte) component, 0, (byte) from, (byte) to, 0});
  }

  private byte[] emptyRuns() {
    StringBuilder bits = new StringBuilder();
    for (int left = blocks; left > 0; left -= LONGEST_RUN) {
      bits.append('0').append("1".repeat(RUN_BITS));
    }
    while (bits.length() % BLOCK != 0) {
      bits.append('1');
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < bits.length(); i += BLOCK) {
      int value = Integer.parseInt(bits.substring(i, i + BLOCK), 2);
      out.write(value);
      if (value == 0xFF) {
        out.write(0);
      }
    }
    return out.toByteArray();
  }

  static byte[] repeated(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }
}
