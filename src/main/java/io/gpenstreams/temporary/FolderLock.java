package io.gpenstreams.temporary;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The lock of a process folder: the process that holds it owns the folder. The operating system
 * releases it when the process dies in any way. It does not depend on process numbers, so it also
 * works between containers that share a volume. When a folder is deleted, the lock's file is
 * deleted last.
 */
final class FolderLock implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Makes a folder's lock and takes it.
   *
   * @return empty if somebody deleted the folder, or is about to, because it seemed dead
   */
  static Optional<FolderLock> create(Path folder) throws IOException {
    try {
      return take(fileIn(folder), Set.of(CREATE_NEW, WRITE));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Takes the lock of a folder that another process made.
   *
   * @return empty if its process lives, or another one is deleting it
   * @throws NoSuchFileException if the folder has no lock
   */
  static Optional<FolderLock> take(Path folder) throws IOException {
    return take(fileIn(folder), Set.of(WRITE, LinkOption.NOFOLLOW_LINKS));
  }

  private static Optional<FolderLock> take(Path file, Set<OpenOption> options) throws IOException {
    FileChannel channel = FileChannel.open(file, options);
    try {
      FileLock lock = channel.tryLock();
      // Without a name in its folder it is a lock on nothing: somebody deleted it before it was
      // taken.
      if (lock != null && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(new FolderLock(file, channel));
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  private static Path fileIn(Path folder) {
    return folder.resolve("lock");
  }

  /**
   * Deletes the folder with all that it holds, the lock last.
   *
   * @throws IOException if something of it is left; the lock is then still there
   */
  void deleteFolder() throws IOException {
    FolderTree.deleteOnce(file.getParent(), Set.of(file));
    Files.deleteIfExists(file);
    Files.deleteIfExists(file.getParent());
  }

  /** Gives it back. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
