package io.gpenstreams.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpenstreams.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final float[] FOUR = {1, 2, 3, 4};

  @TempDir private Path folder;

  /** The numbers are what NumPy makes of the archive's entries. */
  @Test
  void readsTheReferenceModel() {
    try (Checkpoint checkpoint = open(SharedData.file("gpen/gpen-64.pth"))) {
      assertThat(checkpoint.format()).isEqualTo("PyTorch zip");
      assertThat(checkpoint.key()).isEmpty();
      assertThat(checkpoint.sha256())
          .isEqualTo("297e2a6db257d8d39b16f12691f60ac9edda2af1e40397fbdfe48a6cc6757738");
      assertThat(checkpoint.names())
          .hasSize(106)
          .startsWith("generator.style.1.weight", "generator.style.1.bias")
          .endsWith("final_linear.0.weight", "final_linear.0.bias");
      assertThat(parameters(checkpoint)).isEqualTo(4_291_480);
      assertThat(checkpoint.tensor("ecd0.0.0.weight").shape()).containsExactly(64L, 3L, 1L, 1L);
      assertThat(checkpoint.tensor("ecd0.0.0.weight").dtype()).isEqualTo("float32");
      assertThat(checkpoint.tensor("ecd0.0.0.weight").toFloats())
          .hasSize(192)
          .startsWith(-0.40625f, 0.34375f, -0.15625f)
          .endsWith(0.125f);
      assertThat(checkpoint.tensor("generator.to_rgbs.0.bias").toFloats())
          .containsExactly(27 / 1024f, -27 / 1024f, 9 / 1024f);
      float[] style = checkpoint.tensor("generator.style.1.weight").toFloats();
      assertThat(style).hasSize(512 * 512).startsWith(-51.09375f, 102.8125f, -35.3125f);
      assertThat(sum(style)).isEqualTo(-48397.90625);
    }
    try (Checkpoint checkpoint = open(SharedData.file("gpen/gpen-256.pth"))) {
      assertThat(checkpoint.names()).hasSize(144);
      assertThat(parameters(checkpoint)).isEqualTo(7_744_322);
      assertThat(sum(checkpoint.tensor("final_linear.0.weight").toFloats())).isEqualTo(464.59375);
      assertThat(sum(checkpoint.tensor("generator.input.input").toFloats())).isEqualTo(-69.25);
    }
  }

  @Test
  void readsTheOlderFormatAlike() {
    try (Checkpoint checkpoint = open(SharedData.file("gpen/gpen-64-legacy.pth"))) {
      assertThat(checkpoint.format()).isEqualTo("PyTorch legacy");
      assertSameAsReference(checkpoint, 0);
    }
  }

  @Test
  void takesTheAveragedGeneratorOfATrainingCheckpoint() {
    try (Checkpoint checkpoint = open(SharedData.file("gpen/gpen-64-checkpoint.pth"))) {
      assertThat(checkpoint.key()).isEqualTo("g_ema");
      assertSameAsReference(checkpoint, 0);
    }
  }

  @Test
  void readsHalfPrecision() {
    try (Checkpoint checkpoint = open(SharedData.file("gpen/gpen-64-fp16.pth"))) {
      assertThat(checkpoint.tensor("final_linear.0.bias").dtype()).isEqualTo("float16");
      // Half a unit in the last of float16's 11 bits.
      assertSameAsReference(checkpoint, 1 / 2048f);
    }
  }

  @Test
  void opensWhatLacksALayer() {
    try (Checkpoint checkpoint = open(SharedData.file("gpen/gpen-64-missing-layer.pth"))) {
      assertThat(checkpoint.names()).hasSize(105).doesNotContain("ecd1.0.1.weight");
      assertThatThrownBy(() -> checkpoint.tensor("ecd1.0.1.weight"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith("gpen-64-missing-layer.pth: has no tensor ecd1.0.1.weight");
    }
  }

  @Test
  void runsNothing() {
    Path made = Path.of("/tmp/gpen-import-executed-code");
    boolean before = Files.exists(made);

    assertRefused(
        SharedData.file("gpen/malicious.pth"), "asks for posix.system", "nothing was run");

    assertThat(Files.exists(made)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsBothFormats(boolean zip) throws IOException {
    TestCheckpoint made =
        new TestCheckpoint().floats("module.a.weight", FOUR, 2, 2).floats("b", new float[0], 0, 3);
    try (Checkpoint checkpoint = open(file(zip ? made.zip() : made.legacy()))) {
      assertThat(checkpoint.names()).containsExactly("a.weight", "b");
      CheckpointTensor tensor = checkpoint.tensor("a.weight");
      assertThat(tensor.name()).isEqualTo("a.weight");
      assertThat(tensor.shape()).containsExactly(2L, 2L);
      assertThat(tensor.elements()).isEqualTo(4);
      assertThat(tensor.toFloats()).containsExactly(FOUR);
      assertThat(checkpoint.tensor("b").toFloats()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"g_ema", "params_ema", "params", "state_dict", "g"})
  void prefersTheBestEntry(String best) throws IOException {
    List<String> order = List.of("g_ema", "params_ema", "params", "state_dict", "g");
    TestCheckpoint made = new TestCheckpoint().entry("d").floats("w", new float[] {0}, 1);
    for (int i = order.size() - 1; i >= order.indexOf(best); i--) {
      made.entry(order.get(i)).floats("w", new float[] {i}, 1);
    }
    try (Checkpoint checkpoint = open(file(made.zip()))) {
      assertThat(checkpoint.key()).isEqualTo(best);
      assertThat(checkpoint.tensor("w").toFloats()).containsExactly(order.indexOf(best));
    }
  }

  @Test
  void takesTheEntryThatIsAskedFor() throws IOException {
    Path file =
        file(
            new TestCheckpoint()
                .entry("g_ema")
                .floats("w", new float[] {1}, 1)
                .entry("d")
                .floats("w", new float[] {2}, 1)
                .zip());
    try (Checkpoint checkpoint = Checkpoint.open(file, Optional.of("d"))) {
      assertThat(checkpoint.key()).isEqualTo("d");
      assertThat(checkpoint.tensor("w").toFloats()).containsExactly(2);
    }
    assertThatThrownBy(() -> Checkpoint.open(file, Optional.of("e")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": has no entry e with tensors: choose from g_ema, d");
  }

  @Test
  void needsToBeToldAnUnusualEntry() throws IOException {
    assertRefused(
        file(new TestCheckpoint().entry("weights").floats("w", FOUR, 4).zip()),
        "holds no state dict where one is expected: choose from weights");
  }

  @Test
  void readsWhatComesBesideWeights() throws IOException {
    byte[] pickle =
        new PickleBytes()
            .op('}')
            .text("args")
            .global("argparse", "Namespace")
            .op(')')
            .raw(0x81)
            .op('}')
            .text("size")
            .integer(64)
            .op('s')
            .op('b')
            .op('s')
            .text("iter")
            .integer(7)
            .op('s')
            .text("g_ema")
            .op('}')
            .text("w")
            .global("torch._utils", "_rebuild_parameter")
            .op('(')
            .global("torch._utils", "_rebuild_tensor_v2")
            .op('(')
            .storage(ElementType.FLOAT32, "0", 4)
            .integer(0)
            .integers(List.of(4L))
            .integers(List.of(1L))
            .op('t')
            .op('R')
            .raw(0x88)
            .op('t')
            .op('R')
            .op('s')
            .op('s')
            .stop();
    try (Checkpoint checkpoint = open(file(TestCheckpoint.zip(pickle, floats(FOUR))))) {
      assertThat(checkpoint.key()).isEqualTo("g_ema");
      assertThat(checkpoint.tensor("w").toFloats()).containsExactly(FOUR);
    }
  }

  @Test
  void honoursOffsetsAndStrides() throws IOException {
    float[] counted = new float[24];
    IntStream.range(0, 24).forEach(i -> counted[i] = i);
    TestCheckpoint made =
        new TestCheckpoint()
            .storage("0", ElementType.FLOAT32, floats(counted))
            .view("transposed", "0", 0, List.of(6L, 4L), List.of(1L, 6L))
            .view("part", "0", 8, List.of(2L, 3L), List.of(6L, 1L))
            .view("permuted", "0", 0, List.of(4L, 2L, 3L), List.of(1L, 12L, 4L))
            .view("repeated", "0", 5, List.of(2L, 3L), List.of(0L, 2L))
            .view("last", "0", 23, List.of(), List.of())
            .view("single", "0", 23, List.of(1L, 1L), List.of(1L << 40, 1L << 62));
    for (byte[] bytes : List.of(made.zip(), made.legacy())) {
      try (Checkpoint checkpoint = open(file(bytes))) {
        float[] transposed = checkpoint.tensor("transposed").toFloats();
        float[] permuted = checkpoint.tensor("permuted").toFloats();
        for (int i = 0; i < 24; i++) {
          assertThat(transposed[i]).isEqualTo(i / 4 + 6 * (i % 4));
          assertThat(permuted[i]).isEqualTo(i / 6 + 12 * (i / 3 % 2) + 4 * (i % 3));
        }
        assertThat(checkpoint.tensor("part").toFloats()).containsExactly(8, 9, 10, 14, 15, 16);
        assertThat(checkpoint.tensor("repeated").toFloats()).containsExactly(5, 7, 9, 5, 7, 9);
        assertThat(checkpoint.tensor("last").toFloats()).containsExactly(23);
        assertThat(checkpoint.tensor("single").toFloats()).containsExactly(23);
      }
    }
  }

  @Test
  void readsEveryHalf() throws IOException {
    short[] all = new short[1 << 16];
    IntStream.range(0, all.length).forEach(i -> all[i] = (short) i);
    TestCheckpoint made =
        new TestCheckpoint()
            .tensor("f", ElementType.FLOAT16, TestCheckpoint.littleEndian(all), 256, 256)
            .tensor("b", ElementType.BFLOAT16, TestCheckpoint.littleEndian(all), all.length);
    try (Checkpoint checkpoint = open(file(made.zip()))) {
      assertThat(checkpoint.tensor("b").dtype()).isEqualTo("bfloat16");
      float[] halves = checkpoint.tensor("f").toFloats();
      float[] brains = checkpoint.tensor("b").toFloats();
      for (int i = 0; i < all.length; i++) {
        assertThat(brains[i]).isEqualTo(Float.valueOf(Float.intBitsToFloat(i << 16)));
        assertThat(halves[i]).isEqualTo(Float.valueOf(half(i)));
      }
    }
  }

  @Test
  void readsBigEndian() throws IOException {
    byte[] bytes = new TestCheckpoint().byteOrder("big").floats("a", FOUR, 4).zip();
    try (Checkpoint checkpoint = open(file(bytes))) {
      float reversed = Float.intBitsToFloat(Integer.reverseBytes(Float.floatToIntBits(2)));
      assertThat(checkpoint.tensor("a").toFloats()[1]).isEqualTo(reversed);
    }
    assertRefused(
        file(new TestCheckpoint().byteOrder("middle").floats("a", FOUR, 4).zip()),
        "has the unknown byte order middle");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT64", "INT32", "INT16", "INT8", "UINT8", "BOOL", "FLOAT64"})
  void listsWhatIsNoWeight(String type) throws IOException {
    ElementType element = ElementType.valueOf(type);
    TestCheckpoint made =
        new TestCheckpoint()
            .floats("w", FOUR, 4)
            .tensor("count", element, new byte[2 * element.bytes()], 2);
    try (Checkpoint checkpoint = open(file(made.legacy()))) {
      CheckpointTensor count = checkpoint.tensor("count");
      assertThat(count.elements()).isEqualTo(2);
      assertThatThrownBy(count::toFloats)
          .isInstanceOf(CheckpointException.class)
          .hasMessageEndingWith("count holds %s, which no weight is".formatted(count.dtype()));
      assertThat(checkpoint.tensor("w").toFloats()).containsExactly(FOUR);
    }
  }

  @Test
  void writesNothing() throws IOException {
    byte[] bytes = new TestCheckpoint().floats("a", FOUR, 4).zip();
    Path file = file(bytes);
    try (Checkpoint checkpoint = open(file)) {
      checkpoint.tensor("a").toFloats()[0] = 7;
      assertThat(checkpoint.tensor("a").toFloats()).containsExactly(FOUR);
    }
    assertThat(file).hasBinaryContent(bytes);
    assertThat(folder).isDirectoryContaining(file::equals);
  }

  @Test
  void readsNothingOnceClosed() throws IOException {
    Checkpoint checkpoint = open(file(new TestCheckpoint().floats("a", FOUR, 4).zip()));
    CheckpointTensor tensor = checkpoint.tensor("a");
    checkpoint.close();
    assertThatThrownBy(tensor::toFloats)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(checkpoint::sha256).isInstanceOf(CheckpointException.class);
  }

  private void assertSameAsReference(Checkpoint checkpoint, float relative) {
    try (Checkpoint reference = open(SharedData.file("gpen/gpen-64.pth"))) {
      assertThat(checkpoint.names()).containsExactlyElementsOf(reference.names());
      for (String name : reference.names()) {
        CheckpointTensor expected = reference.tensor(name);
        CheckpointTensor actual = checkpoint.tensor(name);
        assertThat(actual.shape()).isEqualTo(expected.shape());
        float[] numbers = actual.toFloats();
        float[] exact = expected.toFloats();
        assertThat(numbers).hasSameSizeAs(exact);
        for (int i = 0; i < exact.length; i++) {
          if (Math.abs(numbers[i] - exact[i]) > relative * Math.abs(exact[i])) {
            assertThat(numbers[i]).as(name + " at " + i).isEqualTo(exact[i]);
          }
        }
      }
    }
  }

  private static void assertRefused(Path file, String... why) {
    assertThatThrownBy(() -> open(file))
        .isInstanceOfSatisfying(
            CheckpointException.class,
            e -> {
              Untrusted.assertOneLineAbout(file, e);
              assertThat(List.of(why)).allMatch(e.getMessage()::contains, e.getMessage());
            });
  }

  /** IEEE 754 binary16, by its definition. */
  private static float half(int bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double magnitude =
        exponent == 31
            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
            : exponent == 0
                ? fraction * Math.pow(2, -24)
                : (1024 + fraction) * Math.pow(2, exponent - 25);
    return (float) (bits < 1 << 15 ? magnitude : -magnitude);
  }

  private static double sum(float[] numbers) {
    return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).sum();
  }

  private static long parameters(Checkpoint checkpoint) {
    return checkpoint.names().stream()
        .map(checkpoint::tensor)
        .mapToLong(CheckpointTensor::elements)
        .sum();
  }

  private static byte[] floats(float... values) {
    return TestCheckpoint.littleEndian(values);
  }

  private static Checkpoint open(Path file) {
    return Checkpoint.open(file, Optional.empty());
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("made.pth"), bytes);
  }
}
