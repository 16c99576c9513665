package io.gpenstreams.temporary;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The process folders that dead processes left in a folder for temporary files.
 *
 * <p>A folder is dead if it has a process folder's name, belongs to this user, is no link, and its
 * lock can be taken.
 */
final class DeadFolders {
  private static final Pattern NAME = Pattern.compile("gpen-streams-[0-9]{1,10}-[0-9a-f]{16}");

  // A start must not take minutes because a thousand others left folders behind.
  private static final int MOST = 100;

  private final Path parent;
  private final Object user;

  /**
   * Looks into a folder.
   *
   * @param user number of the user whose folders may be deleted
   */
  DeadFolders(Path parent, Object user) {
    this.parent = parent;
    this.user = user;
  }

  /** Whether a folder's name is that of a process folder. */
  static boolean isNamed(Path folder) {
    return NAME.matcher(folder.getFileName().toString()).matches();
  }

  /**
   * Looks at up to 100 folders of this user, and deletes the dead ones. What cannot be deleted
   * stays.
   *
   * @throws IOException if the parent cannot be read
   */
  void delete() throws IOException {
    int seen = 0;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, DeadFolders::isNamed)) {
      for (Path folder : folders) {
        if (seen == MOST) {
          return;
        }
        if (isOwn(folder)) {
          seen++;
          deleteIfDead(folder);
        }
      }
    }
  }

  private boolean isOwn(Path folder) {
    try {
      return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && user.equals(Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      return false;
    }
  }

  private static void deleteIfDead(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      // It is no obstacle, and the next start tries again.
      return;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (FolderLock lock = FolderLock.take(folder).orElse(null)) {
      if (lock != null) {
        lock.deleteFolder();
      }
    } catch (NoSuchFileException e) {
      // Its process was killed before it made the lock, or is about to, and then makes another.
      Files.deleteIfExists(folder);
    }
  }
}
