package io.gpenstreams.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/**
 * A temporary folder and the processes that live in it. Closing stops the processes and deletes the
 * folder; so does the end of this process, whether by Ctrl-C, {@code SIGTERM} or {@code SIGKILL}.
 *
 * <p>Any thread may start processes while the shutdown hook's closes: {@code processes}, {@code
 * folders} and {@code closed} are guarded by this object's lock.
 */
public final class Workspace implements AutoCloseable {
  private final Installation installation;
  private final Path folder;
  private final Guard guard;
  private final Thread hook;
  private final AtomicInteger names = new AtomicInteger();
  private final List<ServerProcess> processes = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();
  private boolean closed;

  private Workspace(Installation installation, Path folder, Guard guard) {
    this.installation = installation;
    this.folder = folder;
    this.guard = guard;
    this.folders.add(folder);
    this.hook = new Thread(this::closeAtExit, "workspace-close");
  }

  /** Makes an empty one in the system's folder for temporary files. */
  public static Workspace create(Installation installation) {
    // Not Java's own notion of it, which keeps what the setting was at the start.
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      Path folder = Files.createTempDirectory(temporary, "gpen-demo-");
      Workspace workspace = new Workspace(installation, folder, new Guard(folder));
      Runtime.getRuntime().addShutdownHook(workspace.hook);
      return workspace;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder in " + temporary, e);
    }
  }

  /** Where the servers' jars and the packaged service lie. */
  public Installation installation() {
    return installation;
  }

  /** The temporary folder. */
  public Path folder() {
    return folder;
  }

  /** Options of Java for a process here, which keeps its temporary files in this folder. */
  List<String> javaOptions(List<String> more) {
    return Stream.concat(Stream.of("-Djava.io.tmpdir=" + folder), more.stream()).toList();
  }

  /** Makes a folder for one server, whose name starts with {@code prefix}. */
  public Path newFolder(String prefix) {
    try {
      return Files.createDirectory(folder.resolve(prefix + "-" + names.incrementAndGet()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder, e);
    }
  }

  /** Makes a hidden folder in {@code parent}, deleted with this workspace. */
  public synchronized Path newFolderIn(Path parent) throws IOException {
    Path made = Files.createTempDirectory(parent, ".gpen-demo-");
    guard.delete(made);
    folders.add(made);
    return made;
  }

  /** Starts a process that does not outlive this workspace. */
  synchronized ServerProcess launch(String name, List<String> command, Path log) {
    if (closed) {
      throw new ServerException(
          name + " is not started any more: the demo is stopping", null, null);
    }
    processes.removeIf(process -> !process.isAlive());
    ServerProcess process = ServerProcess.start(name, command, log, guard);
    processes.add(process);
    return process;
  }

  /** Whether everything here was or is being stopped. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** Stops every process and deletes the folder; a second call waits for the first. */
  @Override
  public void close() {
    closeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook is running or about to: it finds all done.
      return;
    }
  }

  private void closeAtExit() {
    closeAll();
  }

  private synchronized void closeAll() {
    if (closed) {
      return;
    }
    closed = true;
    // Their data go with the folder, so there is nothing that an orderly shutdown would save.
    processes.forEach(ServerProcess::kill);
    folders.forEach(Workspace::delete);
    guard.close();
  }

  private static void delete(Path folder) {
    try {
      Utils.delete(folder.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder + "; delete it by hand", e);
    }
  }
}
