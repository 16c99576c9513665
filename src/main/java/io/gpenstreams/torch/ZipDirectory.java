package io.gpenstreams.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The entries of a zip archive with the positions of their bytes, which {@code java.util.zip} does
 * not expose. It reads only what PyTorch writes: uncompressed entries in one file, with a directory
 * that agrees with the headers.
 */
final class ZipDirectory {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int END64_LOCATOR_SIGNATURE = 0x07064b50;
  private static final int END64_LOCATOR_LENGTH = 20;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_LENGTH = 56;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int CENTRAL_LENGTH = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int MAX_COMMENT = 0xffff;
  private static final int MAX_DIRECTORY = 1 << 24;
  private static final int ENCRYPTED = 1;
  private static final int STORED = 0;
  private static final int ZIP64_EXTRA = 1;
  private static final long IN_ZIP64_EXTRA = 0xffff_ffffL;

  /**
   * An entry.
   *
   * @param start the position of its header in the file
   * @param offset the position of its bytes in the file
   * @param checksum the CRC-32 of its bytes
   */
  record Entry(String name, long start, long offset, long size, long checksum) {
    long end() {
      return offset + size;
    }
  }

  private record Extent(long offset, long size) {}

  private final FileBytes file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipDirectory(FileBytes file) {
    this.file = file;
  }

  /** Reads an archive's entries by name, in the order of its directory. */
  static Map<String, Entry> read(FileBytes file) throws IOException, MalformedException {
    return new ZipDirectory(file).read();
  }

  private Map<String, Entry> read() throws IOException, MalformedException {
    Extent extent = locate();
    if (extent.size() > MAX_DIRECTORY) {
      throw new MalformedException("has a zip directory of more than 16 MiB");
    }
    ByteBuffer directory = file.read(extent.offset(), (int) extent.size());
    while (directory.hasRemaining()) {
      Entry entry = entry(directory, extent.offset());
      if (entries.put(entry.name(), entry) != null) {
        throw new MalformedException("has two entries named " + printable(entry.name()));
      }
    }
    refuseOverlaps();
    return entries;
  }

  private Extent locate() throws IOException, MalformedException {
    int length = (int) Math.min(file.size(), END_LENGTH + MAX_COMMENT);
    long start = file.size() - length;
    ByteBuffer tail = file.read(start, length);
    for (int at = length - END_LENGTH; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && Short.toUnsignedInt(tail.getShort(at + 20)) == length - END_LENGTH - at) {
        return locate(tail, at, start + at);
      }
    }
    throw new MalformedException("is cut: a zip file without its directory at the end");
  }

  private Extent locate(ByteBuffer tail, int at, long end) throws IOException, MalformedException {
    Extent extent =
        new Extent(
            Integer.toUnsignedLong(tail.getInt(at + 16)),
            Integer.toUnsignedLong(tail.getInt(at + 12)));
    long limit = end;
    if (end >= END64_LOCATOR_LENGTH) {
      ByteBuffer locator = file.read(end - END64_LOCATOR_LENGTH, END64_LOCATOR_LENGTH);
      if (locator.getInt(0) == END64_LOCATOR_SIGNATURE) {
        limit = locator.getLong(8);
        ByteBuffer end64 = file.read(limit, END64_LENGTH);
        if (end64.getInt(0) != END64_SIGNATURE) {
          throw damagedDirectory();
        }
        extent = new Extent(end64.getLong(48), end64.getLong(40));
      }
    }
    if (extent.offset() < 0
        || extent.size() < 0
        || extent.offset() > limit
        || extent.size() != limit - extent.offset()) {
      throw damagedDirectory();
    }
    return extent;
  }

  private Entry entry(ByteBuffer directory, long limit) throws IOException, MalformedException {
    if (directory.remaining() < CENTRAL_LENGTH) {
      throw damagedDirectory();
    }
    ByteBuffer header = take(directory, CENTRAL_LENGTH);
    if (header.getInt(0) != CENTRAL_SIGNATURE) {
      throw damagedDirectory();
    }
    byte[] rawName = new byte[Short.toUnsignedInt(header.getShort(28))];
    int extraLength = Short.toUnsignedInt(header.getShort(30));
    int commentLength = Short.toUnsignedInt(header.getShort(32));
    if (directory.remaining() < rawName.length + extraLength + commentLength) {
      throw damagedDirectory();
    }
    directory.get(rawName);
    ByteBuffer extra = take(directory, extraLength);
    take(directory, commentLength);
    String name = name(rawName);
    if ((header.getShort(8) & ENCRYPTED) != 0 || header.getShort(10) != STORED) {
      throw new MalformedException(
          "has the compressed entry %s, which PyTorch never writes: unpack it and zip it stored"
              .formatted(printable(name)));
    }
    ByteBuffer extra64 = zip64(extra);
    long size = wide(header.getInt(24), extra64);
    long compressed = wide(header.getInt(20), extra64);
    long start = wide(header.getInt(42), extra64);
    if (size != compressed) {
      throw lying(name);
    }
    ByteBuffer local = file.read(start, LOCAL_LENGTH);
    int localName = Short.toUnsignedInt(local.getShort(26));
    long offset = start + LOCAL_LENGTH + localName + Short.toUnsignedInt(local.getShort(28));
    if (local.getInt(0) != LOCAL_SIGNATURE
        || !Arrays.equals(file.read(start + LOCAL_LENGTH, localName).array(), rawName)
        || size < 0
        || offset > limit
        || size > limit - offset) {
      throw lying(name);
    }
    return new Entry(name, start, offset, size, Integer.toUnsignedLong(header.getInt(16)));
  }

  private static String name(byte[] raw) throws MalformedException {
    String name = new String(raw, StandardCharsets.UTF_8);
    boolean climbs =
        name.startsWith("/")
            || name.indexOf('\\') >= 0
            || List.of(name.split("/", -1)).contains("..")
            || !name.codePoints().allMatch(MalformedException::isPrintable);
    if (climbs || name.isEmpty()) {
      throw new MalformedException("has an entry of the impossible name " + printable(name));
    }
    return name;
  }

  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      ByteBuffer content = take(extra, length);
      if (id == ZIP64_EXTRA) {
        return content;
      }
    }
    return ByteBuffer.allocate(0);
  }

  private static long wide(int value, ByteBuffer extra64) throws MalformedException {
    long unsigned = Integer.toUnsignedLong(value);
    if (unsigned != IN_ZIP64_EXTRA) {
      return unsigned;
    }
    if (extra64.remaining() < Long.BYTES) {
      throw damagedDirectory();
    }
    return extra64.getLong();
  }

  private static ByteBuffer take(ByteBuffer from, int length) {
    ByteBuffer taken = from.slice(from.position(), length).order(from.order());
    from.position(from.position() + length);
    return taken;
  }

  private void refuseOverlaps() throws MalformedException {
    List<Entry> ordered =
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::start))
            .collect(Collectors.toList());
    for (int i = 1; i < ordered.size(); i++) {
      if (ordered.get(i - 1).end() > ordered.get(i).start()) {
        throw new MalformedException(
            "has the overlapping entries %s and %s"
                .formatted(printable(ordered.get(i - 1).name()), printable(ordered.get(i).name())));
      }
    }
  }

  private static MalformedException lying(String name) {
    return new MalformedException(
        "is damaged: the entry %s is not where, or not as long as, its zip directory says"
            .formatted(printable(name)));
  }

  private static MalformedException damagedDirectory() {
    return new MalformedException("is damaged: its zip directory makes no sense");
  }

  private static String printable(String name) {
    return MalformedException.printable(name);
  }
}
