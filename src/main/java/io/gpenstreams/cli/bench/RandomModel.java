package io.gpenstreams.cli.bench;

import io.gpenstreams.gpen.GpenGraph;
import io.gpenstreams.gpen.RandomWeights;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import io.gpenstreams.temporary.TemporaryFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * GPEN with random weights, imported as real ones are: what hardware can do, before the weights are
 * there. A file as long as this is open.
 */
public final class RandomModel implements AutoCloseable {
  private static final String NO_CHECKPOINT = "0".repeat(64);

  private final Path file;

  private RandomModel(Path file) {
    this.file = file;
  }

  /**
   * Imports it.
   *
   * @param weights of any size
   */
  public static RandomModel write(RandomWeights weights, Precision precision, Target target) {
    try {
      RandomModel model =
          new RandomModel(Files.createTempFile(TemporaryFiles.folder(), "gpen-bench-", ".onnx"));
      // Nothing is closed when the user interrupts.
      model.file.toFile().deleteOnExit();
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(model.file))) {
        GpenGraph.of(weights, Layout.UINT8, precision, target).writeTo(out, NO_CHECKPOINT);
        return model;
      } catch (IOException | RuntimeException e) {
        model.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The random model cannot be written into the temporary folder: " + e.getMessage(), e);
    }
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be deleted: " + e.getMessage(), e);
    }
  }
}
