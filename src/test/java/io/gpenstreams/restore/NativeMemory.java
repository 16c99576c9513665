package io.gpenstreams.restore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The resident memory of this process without the Java heap. The heap's own size says nothing of a
 * leak: G1 lets it grow with the garbage between two collections and gives pages back concurrently,
 * some time after a collection.
 */
final class NativeMemory {
  private static final Pattern HEAP_SPACE = Pattern.compile("\\[0x([0-9a-f]+),.*0x([0-9a-f]+)\\)");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");
  private static final Pattern RESIDENT = Pattern.compile("Rss: +([0-9]+) kB");

  private NativeMemory() {}

  static long residentBytes() {
    try {
      long start = Long.MAX_VALUE;
      long end = 0;
      Matcher space = HEAP_SPACE.matcher(heapInfo());
      while (space.find()) {
        start = Math.min(start, address(space.group(1)));
        end = Math.max(end, address(space.group(2)));
      }
      if (start > end) {
        throw new IllegalStateException("no address of the Java heap in: " + heapInfo());
      }
      return residentOutside(start, end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String heapInfo() throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcHeapInfo",
                new Object[0],
                new String[0]);
  }

  private static long residentOutside(long start, long end) throws IOException {
    long bytes = 0;
    boolean counted = true;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      Matcher mapping = MAPPING.matcher(line);
      Matcher resident = RESIDENT.matcher(line);
      if (mapping.matches()) {
        long address = address(mapping.group(1));
        counted = address < start || address >= end;
      } else if (counted && resident.matches()) {
        bytes += Long.parseLong(resident.group(1)) << 10;
      }
    }
    return bytes;
  }

  private static long address(String hexadecimal) {
    return Long.parseUnsignedLong(hexadecimal, 16);
  }
}
