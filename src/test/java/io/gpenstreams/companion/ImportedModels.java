package io.gpenstreams.companion;

import io.gpenstreams.model.Precision;
import io.gpenstreams.torch.AlteredTensors;
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

  /** A RealESRNet as deep as the published ones: its first block again and again. */
  public static Path writeDeep(String name, int blocks, Path folder) throws IOException {
    try (CompanionFile file = new CompanionFile(name)) {
      AlteredTensors deep = new AlteredTensors(file.tensors());
      for (String tensor : file.tensors().names()) {
        if (tensor.startsWith("body.0.")) {
          for (int i = 1; i < blocks; i++) {
            deep.copied(tensor, tensor.replaceFirst("0", Integer.toString(i)));
          }
        }
      }
      return Files.write(
          folder.resolve(name + ".onnx"), CompanionSession.bytes(deep, Precision.FP32));
    }
  }
}
