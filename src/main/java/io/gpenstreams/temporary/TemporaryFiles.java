package io.gpenstreams.temporary;

import java.nio.file.Path;

/**
 * Where temporary files go: the process's folder if {@link ProcessFolder} made one, else the
 * system's. {@code Files.createTempDirectory} without a parent knows only the system's, since Java
 * reads the setting when it starts.
 */
public final class TemporaryFiles {
  private TemporaryFiles() {}

  /** The folder to make temporary files and folders in. */
  public static Path folder() {
    return Path.of(System.getProperty(ProcessFolder.TEMPORARY));
  }
}
