package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir Path folder;

  @Test
  void readsTheReferenceModel() {
    try (Checkpoint checkpoint = open(SharedData.file("gpen/gpen-64.pth"))) {
      assertThat(checkpoint.names()).hasSize(106).contains("generator.style.1.weight");
      assertThat(checkpoint.tensor("generator.style.1.weight").toFloats()).hasSize(512 * 512);
    }
  }

  @Test
  void readsAStateDict() throws IOException {
    Path file = folder.resolve("small.pth");
    Files.write(file, new TestCheckpoint().floats("a", new float[] {1, 2, 3, 4}, 2, 2).zip());
    try (Checkpoint checkpoint = open(file)) {
      assertThat(checkpoint.names()).containsExactly("a");
      assertThat(checkpoint.tensor("a").shape()).containsExactly(2L, 2L);
      assertThat(checkpoint.tensor("a").toFloats()).containsExactly(1, 2, 3, 4);
    }
  }

  private static Checkpoint open(Path file) {
    return Checkpoint.open(file, Optional.empty());
  }
}
