package io.gpenstreams.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A JPEG frame as the 8 × 8 blocks that scans go over (ITU-T T.81, A.2).
 *
 * @param columns minimum coded units of an interleaved scan, from left to right
 * @param rows minimum coded units of an interleaved scan, from top to bottom
 */
record JpegFrame(List<Component> components, long columns, long rows) {
  private static final int BEFORE_COMPONENTS = 6;
  private static final int COMPONENT_LENGTH = 3;
  private static final int BLOCK = 8;
  private static final int MOST_SAMPLING = 4;
  private static final int MOST_COMPONENTS = 4;

  /**
   * A component.
   *
   * @param inUnit its blocks in one minimum coded unit
   * @param alone its blocks in a scan of its own
   */
  record Component(int id, int inUnit, long alone) {}

  /**
   * Reads a frame header's content.
   *
   * @throws IOException if no codec would take it
   */
  static JpegFrame read(byte[] file, int start, int length) throws IOException {
    int count = length < BEFORE_COMPONENTS ? 0 : Byte.toUnsignedInt(file[start + 5]);
    if (count < 1
        || count > MOST_COMPONENTS
        || length < BEFORE_COMPONENTS + count * COMPONENT_LENGTH) {
      throw new IOException("a frame header of %d components".formatted(count));
    }
    int height = Byte.toUnsignedInt(file[start + 1]) << 8 | Byte.toUnsignedInt(file[start + 2]);
    int width = Byte.toUnsignedInt(file[start + 3]) << 8 | Byte.toUnsignedInt(file[start + 4]);
    int mostAcross = 1;
    int mostDown = 1;
    for (int i = 0; i < count; i++) {
      int sampling = sampling(file, start + BEFORE_COMPONENTS + i * COMPONENT_LENGTH);
      mostAcross = Math.max(mostAcross, sampling >> 4);
      mostDown = Math.max(mostDown, sampling & 0xF);
    }
    List<Component> components = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = start + BEFORE_COMPONENTS + i * COMPONENT_LENGTH;
      int across = sampling(file, at) >> 4;
      int down = sampling(file, at) & 0xF;
      if (across < 1 || across > MOST_SAMPLING || down < 1 || down > MOST_SAMPLING) {
        throw new IOException("a component sampled %d × %d".formatted(across, down));
      }
      long alone =
          blocks((long) width * across, mostAcross * BLOCK)
              * blocks((long) height * down, mostDown * BLOCK);
      components.add(new Component(Byte.toUnsignedInt(file[at]), across * down, alone));
    }
    return new JpegFrame(
        List.copyOf(components),
        blocks(width, mostAcross * BLOCK),
        blocks(height, mostDown * BLOCK));
  }

  private static int sampling(byte[] file, int component) {
    return Byte.toUnsignedInt(file[component + 1]);
  }

  private static long blocks(long samples, int each) {
    return (samples + each - 1) / each;
  }

  /** Blocks of one scan of all components, those beyond the edges included. */
  long blocks() {
    return columns * rows * components.stream().mapToInt(Component::inUnit).sum();
  }

  /**
   * How many blocks a scan visits: all blocks of its components, with or without data. A scan that
   * the codec would refuse counts as one of all components.
   *
   * @param start of the scan header's content
   */
  long visits(byte[] file, int start, int length) {
    int count = length < 1 ? 0 : Byte.toUnsignedInt(file[start]);
    if (count < 1 || length < 1 + 2 * count) {
      return blocks();
    }
    long inUnit = 0;
    long alone = 0;
    for (int i = 0; i < count; i++) {
      int id = Byte.toUnsignedInt(file[start + 1 + 2 * i]);
      List<Component> named = components.stream().filter(c -> c.id() == id).toList();
      if (named.size() != 1) {
        return blocks();
      }
      inUnit += named.get(0).inUnit();
      alone = named.get(0).alone();
    }
    return count == 1 ? alone : columns * rows * inUnit;
  }
}
