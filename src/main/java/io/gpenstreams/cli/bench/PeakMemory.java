package io.gpenstreams.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The most memory that this process has had at once, native and Java's, where Linux tells. */
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String FORGET_PEAK = "5";
  private static final String PEAK = "VmHWM:";

  private PeakMemory() {}

  /** Forgets what came before, where the system allows it. */
  public static void restart() {
    // What was used before and is not any more would else count.
    System.gc();
    try {
      Files.writeString(CLEAR, FORGET_PEAK);
    } catch (IOException e) {
      // Then the peak includes what came before.
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
