package io.gpenstreams.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes files that appear complete or not at all. */
final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes beside the place and moves; makes missing folders.
   *
   * @throws UncheckedIOException naming the place
   */
  static void write(Path place, byte[] bytes) {
    write(place, partial -> Files.write(partial, bytes));
  }

  /**
   * Has a file written beside the place and moves it, unless the writer throws; makes missing
   * folders.
   *
   * @throws UncheckedIOException naming the place
   */
  static void write(Path place, Writer writer) {
    Path target = place.toAbsolutePath();
    try {
      Files.createDirectories(target.getParent());
      // Not a temporary file of the JDK, which only its owner could read afterwards.
      Path partial = target.resolveSibling(".gpen-" + UUID.randomUUID() + ".partial");
      try {
        writer.write(partial);
        Files.move(
            partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(place + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Fills a file. */
  @FunctionalInterface
  interface Writer {
    void write(Path partial) throws IOException;
  }
}
