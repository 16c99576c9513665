package io.gpenstreams.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files from strangers. By itself it repeats the inputs of its folder; with {@code JAZZER_FUZZ=1}
 * it looks for new ones.
 */
class CheckpointFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void read(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("fuzz", ".pth");
    try {
      Files.write(file, bytes);
      Untrusted.assertReadOrRefused(file);
      assertThat(file).hasBinaryContent(bytes);
    } finally {
      Files.delete(file);
    }
  }
}
