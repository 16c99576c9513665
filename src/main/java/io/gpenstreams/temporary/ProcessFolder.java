package io.gpenstreams.temporary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The one folder for all temporary files of this process, the libraries' included: {@code
 * gpen-streams-PID-RANDOM} in the system's folder for temporary files. It is deleted when the
 * process ends in order. If the process is killed, the next one that starts deletes it.
 *
 * <p>The thread that opened it closes it; so does a shutdown hook, if that thread does not get
 * there. {@code deleted} is guarded by this object's lock.
 */
public final class ProcessFolder implements AutoCloseable {
  /** The setting that Java and the libraries read. */
  static final String TEMPORARY = "java.io.tmpdir";

  // Longer than any orderly stop. A process that needs more is stuck, and its supervisor kills
  // it.
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int ATTEMPTS = 100;

  private final Path folder;
  private final FolderLock lock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean kept;
  private boolean deleted;

  private ProcessFolder(Path folder, FolderLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Deletes what dead processes left, makes this process's folder, and changes the system property,
   * so that {@link TemporaryFiles} and most libraries put their temporary files there. Must be
   * called before any of them reads the property.
   *
   * @throws IOException if there can be no folder, with a message for the user
   */
  public static ProcessFolder open() throws IOException {
    Path parent = TemporaryFiles.folder().toAbsolutePath();
    ProcessFolder folder;
    try {
      Optional<Object> user = user();
      if (user.isPresent()) {
        new DeadFolders(parent, user.get()).delete();
      }
      folder = create(parent);
    } catch (IOException e) {
      throw new IOException(
          "cannot make a folder for temporary files in %s (%s); name another with -D%s=FOLDER"
              .formatted(parent, e, TEMPORARY),
          e);
    }
    System.setProperty(TEMPORARY, folder.path().toString());
    Runtime.getRuntime().addShutdownHook(new Thread(folder::atExit, "temporary-files"));
    return folder;
  }

  /** Makes one in {@code parent}. */
  static ProcessFolder create(Path parent) throws IOException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Path folder = parent.resolve(newName());
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Optional<FolderLock> lock = FolderLock.create(folder);
      if (lock.isPresent()) {
        return new ProcessFolder(folder, lock.get());
      }
    }
    throw new IOException("something deletes every folder at once");
  }

  private static String newName() {
    byte[] random = new byte[8];
    ThreadLocalRandom.current().nextBytes(random);
    return "gpen-streams-" + ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random);
  }

  // Java knows the user's name at most, which a container's user need not have.
  private static Optional<Object> user() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self)
        ? Optional.of(Files.getAttribute(self, "unix:uid"))
        : Optional.empty();
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /**
   * Has the exit of the process wait until this is closed: for work that ends in order by itself
   * when the process is told to exit.
   */
  public void keepUntilClosed() {
    kept = true;
  }

  /** Deletes it. The next start deletes what cannot be deleted now. */
  @Override
  public void close() {
    delete();
    closed.countDown();
  }

  private void atExit() {
    try {
      if (kept && !closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delete();
  }

  private synchronized void delete() {
    if (deleted) {
      return;
    }
    deleted = true;
    try (lock) {
      FolderTree.patiently(lock::deleteFolder);
    } catch (IOException e) {
      // Nothing can be done here. The lock is gone, so the next start deletes the folder.
      return;
    }
  }
}
