package io.gpenstreams.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What must hold of any bytes at all. */
final class Untrusted {
  private Untrusted() {}

  /** A file is read whole and within its bounds, or refused in one line that names it. */
  static void assertReadOrRefused(Path file) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file, Optional.empty())) {
      assertThat(checkpoint.names()).isNotEmpty();
      for (String name : checkpoint.names()) {
        CheckpointTensor tensor = checkpoint.tensor(name);
        assertThat(tensor.shape().stream().reduce(1L, (a, b) -> a * b))
            .isEqualTo(tensor.elements())
            .isBetween(0L, Files.size(file));
        assertMaterialisesOrRefused(file, tensor);
      }
    } catch (CheckpointException e) {
      assertOneLineAbout(file, e);
    }
  }

  static void assertOneLineAbout(Path file, CheckpointException failure) {
    assertThat(failure).hasMessageStartingWith(file + ": ");
    String trouble = failure.getMessage().substring(file.toString().length());
    assertThat(trouble.codePoints().allMatch(MalformedException::isPrintable)).as(trouble).isTrue();
  }

  private static void assertMaterialisesOrRefused(Path file, CheckpointTensor tensor) {
    try {
      assertThat(tensor.toFloats().length).isEqualTo((int) tensor.elements());
      assertThat(tensor.dtype()).isIn("float32", "float16", "bfloat16");
    } catch (CheckpointException e) {
      assertOneLineAbout(file, e);
    }
  }
}
