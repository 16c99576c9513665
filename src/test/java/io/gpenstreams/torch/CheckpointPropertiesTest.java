package io.gpenstreams.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CheckpointPropertiesTest {
  private record Change(int at, byte value) {}

  @Property(tries = 500)
  void whatIsWrittenIsRead(
      @ForAll @Size(max = 60) float[] numbers, @ForAll boolean zip, @ForAll boolean training)
      throws IOException {
    TestCheckpoint made = new TestCheckpoint().entry(training ? "g_ema" : "");
    made.floats("w", numbers, numbers.length);
    withFile(
        zip ? made.zip() : made.legacy(),
        file -> {
          try (Checkpoint checkpoint = Checkpoint.open(file, Optional.empty())) {
            assertThat(checkpoint.tensor("w").toFloats()).containsExactly(numbers);
          }
        });
  }

  @Property(tries = 2000)
  void changedBytesAreReadOrRefused(
      @ForAll boolean zip,
      @ForAll("changes") List<Change> changes,
      @ForAll @IntRange(max = 9) int n)
      throws IOException {
    TestCheckpoint made =
        new TestCheckpoint()
            .entry("g")
            .floats("w", new float[] {1, 2, 3, 4}, 2, 2)
            .tensor("h", ElementType.FLOAT16, new byte[2 * n], n);
    byte[] bytes = zip ? made.zip() : made.legacy();
    changes.forEach(change -> bytes[change.at() % bytes.length] = change.value());
    withFile(bytes, Untrusted::assertReadOrRefused);
  }

  @Property
  void anyBytesAreRefused(@ForAll byte[] bytes) throws IOException {
    withFile(bytes, Untrusted::assertReadOrRefused);
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    return Combinators.combine(Arbitraries.integers().between(0, 4000), Arbitraries.bytes())
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  private interface Check {
    void on(Path file) throws IOException;
  }

  private static void withFile(byte[] bytes, Check check) throws IOException {
    Path file = Files.createTempFile("property", ".pth");
    try {
      Files.write(file, bytes);
      check.on(file);
    } finally {
      Files.delete(file);
    }
  }
}
