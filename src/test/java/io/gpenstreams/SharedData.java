package io.gpenstreams;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The reference data beside the checkout, which a clone need not have. */
public final class SharedData {
  private static final Path FOLDER = Path.of("..", "shared");

  private SharedData() {}

  /** A file of it; the test that asks is skipped where there is none. */
  public static Path file(String name) {
    Path file = FOLDER.resolve(name);
    assumeTrue(Files.isRegularFile(file), () -> "skipped, since there is no " + file);
    return file;
  }
}
