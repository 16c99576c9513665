package io.gpenstreams.temporary;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Set;

/** Deletes folders with all that they hold. */
final class FolderTree {
  private static final int ATTEMPTS = 20;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

  private FolderTree() {}

  /**
   * Deletes a folder as it is now, except for some files and their folders. Links are deleted,
   * never followed.
   *
   * @param kept files directly or indirectly in the folder
   * @throws IOException if something else of it is left
   */
  static void deleteOnce(Path folder, Set<Path> kept) throws IOException {
    Files.walkFileTree(folder, new Deleting(kept));
  }

  /** A step that may fail as long as another process writes. */
  interface Deletion {
    void run() throws IOException;
  }

  /**
   * Tries for two seconds.
   *
   * @throws IOException the last attempt's
   */
  static void patiently(Deletion deletion) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        deletion.run();
        return;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        pause(e);
      }
    }
  }

  private static void pause(IOException failure) throws IOException {
    try {
      Thread.sleep(BETWEEN_ATTEMPTS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    private final Set<Path> kept;

    Deleting(Set<Path> kept) {
      this.kept = kept;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!kept.contains(file)) {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      // Its owner, or another process that deletes, was faster.
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      if (kept.stream().noneMatch(file -> file.startsWith(directory))) {
        Files.deleteIfExists(directory);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
