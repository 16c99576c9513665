package io.gpenstreams.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The peak memory of this process, native and Java's, if Linux reports it. */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String FORGET_PEAK = "5";
  private static final String PEAK = "VmHWM:";

  private PeakMemory() {}

  /** Resets the peak, if the system allows it. */
  public static void restart() {
    // Otherwise memory that is no longer used would count.
    System.gc();
    try {
      Files.writeString(CLEAR, FORGET_PEAK);
    } catch (IOException e) {
      // The peak then includes earlier use.
    }
  }

  /** In bytes. */
  public static Optional<Long> bytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(PEAK))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .map(kibibytes -> 1024 * Long.parseLong(kibibytes))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
