package io.gpenstreams.stream.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks the sizes that a Snappy stream claims. The library allocates them before it looks at the
 * data: twenty bytes can claim two gigabytes.
 */
final class SnappyBlocks {
  // A copy command of three bytes produces 64.
  private static final long MAX_RATIO = 22;
  private static final int HEADER_BYTES = 16;
  private static final long MAGIC = 0x82534E4150505900L;
  private static final int MAGIC_HEAD = (int) (MAGIC >>> Integer.SIZE);

  private SnappyBlocks() {}

  /**
   * Checks all blocks, framed as snappy-java does it or a single one without a frame.
   *
   * @param data from its position to its limit; stays as it is
   * @throws IOException if a block claims more than its bytes can expand to, or is truncated
   */
  static void requirePlausible(ByteBuffer data) throws IOException {
    ByteBuffer in = data.slice();
    if (in.remaining() < HEADER_BYTES || in.getLong(0) != MAGIC) {
      requirePlausible(in, in.remaining());
      return;
    }
    in.position(HEADER_BYTES);
    while (in.remaining() >= Integer.BYTES) {
      int size = in.getInt();
      if (size == MAGIC_HEAD) {
        // Streams may be joined.
        skip(in, HEADER_BYTES - Integer.BYTES);
      } else {
        requirePlausible(in, size);
        skip(in, size);
      }
    }
  }

  private static void requirePlausible(ByteBuffer in, int size) throws IOException {
    if (size < 0 || size > in.remaining()) {
      throw new IOException("a Snappy block is larger than the batch");
    }
    long claimed = 0;
    for (int i = 0; i < size && i < 5; i++) {
      byte part = in.get(in.position() + i);
      claimed |= (part & 0x7FL) << (7 * i);
      if (part >= 0) {
        break;
      }
    }
    if (claimed > MAX_RATIO * size) {
      throw new IOException("a Snappy block claims more than its bytes can make");
    }
  }

  private static void skip(ByteBuffer in, int count) throws IOException {
    if (count > in.remaining()) {
      throw new IOException("a Snappy stream ends too early");
    }
    in.position(in.position() + count);
  }
}
