package io.gpenstreams.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/** The bytes of a storage in its file. Not thread-safe. */
final class Region {
  private static final long STEP = 1 << 26;

  private final FileBytes file;
  private final long offset;
  private final long length;
  private final ByteOrder order;
  private OptionalLong unverified;

  /**
   * Describes a region.
   *
   * @param checksum the CRC-32 of its bytes, if the file has one
   */
  Region(FileBytes file, long offset, long length, ByteOrder order, OptionalLong checksum) {
    this.file = file;
    this.offset = offset;
    this.length = length;
    this.order = order;
    this.unverified = checksum;
  }

  /**
   * Maps a part of the region. The buffer has the byte order of the numbers.
   *
   * @throws MalformedException if the region's bytes do not match the checksum; the first call
   *     checks it
   */
  ByteBuffer map(long from, long bytes) throws IOException, MalformedException {
    if (from < 0 || bytes < 0 || bytes > length - from) {
      throw new MalformedException("is cut: a tensor reaches beyond its storage");
    }
    verify();
    return file.map(offset + from, bytes).order(order);
  }

  private void verify() throws IOException, MalformedException {
    if (unverified.isEmpty()) {
      return;
    }
    CRC32 checksum = new CRC32();
    for (long done = 0; done < length; done += STEP) {
      checksum.update(file.map(offset + done, Math.min(STEP, length - done)));
    }
    if (checksum.getValue() != unverified.getAsLong()) {
      throw new MalformedException("is damaged: its bytes do not have the checksum that it states");
    }
    unverified = OptionalLong.empty();
  }
}
