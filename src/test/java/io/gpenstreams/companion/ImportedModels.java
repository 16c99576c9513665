package io.gpenstreams.companion;

import io.gpenstreams.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checkpoints of the reference data as model files. */
public final class ImportedModels {
  private ImportedModels() {}

  /** Writes one into a folder, or skips the test where there is none. */
  public static Path write(String name, Path folder) throws IOException {
    try (CompanionFile file = new CompanionFile(name)) {
      return Files.write(
          folder.resolve(name + ".onnx"), CompanionSession.bytes(file.tensors(), Precision.FP32));
    }
  }
}
