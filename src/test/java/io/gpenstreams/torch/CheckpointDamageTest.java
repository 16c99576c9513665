package io.gpenstreams.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut, damaged or made to do harm. */
class CheckpointDamageTest {
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int DIRECTORY_END = 0x06054b50;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesEveryCut(boolean zip) throws IOException {
    byte[] whole = zip ? small().zip() : small().legacy();
    for (int length = 0; length < whole.length; length++) {
      Path file = file(Arrays.copyOf(whole, length));
      assertRefused(file);
    }
    try (Checkpoint checkpoint = Checkpoint.open(file(whole), Optional.empty())) {
      assertThat(checkpoint.names()).containsExactly("a", "b");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void survivesEveryOtherByte(boolean zip) throws IOException {
    byte[] whole = zip ? small().zip() : small().legacy();
    for (int at = 0; at < whole.length; at++) {
      for (int value : new int[] {0xff, whole[at] ^ 1}) {
        byte[] changed = whole.clone();
        changed[at] = (byte) value;
        Untrusted.assertReadOrRefused(file(changed));
      }
    }
  }

  @Test
  void seesOneChangedBitOfAWeight() throws IOException {
    byte[] bytes = new TestCheckpoint().floats("a", new float[] {1.5f}, 1).zip();
    int at = indexOf(bytes, TestCheckpoint.littleEndian(1.5f));
    bytes[at] ^= 1;
    Path file = file(bytes);
    try (Checkpoint checkpoint = Checkpoint.open(file, Optional.empty())) {
      CheckpointTensor tensor = checkpoint.tensor("a");
      assertThatThrownBy(tensor::toFloats)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(file + ": a is damaged: its bytes do not have the checksum that it states");
    }
  }

  @Test
  void refusesWhatIsNoCheckpoint() throws IOException {
    assertRefused(file(new byte[0]), "is empty");
    assertRefused(file("weights".getBytes(StandardCharsets.US_ASCII)), "is no PyTorch checkpoint");
    assertRefused(file(new byte[] {0}), "is no PyTorch checkpoint");
    assertRefused(folder, "is no file");
    assertRefused(folder.resolve("missing.pth"), "does not exist");
    assertRefused(file(new PickleBytes().integer(1).stop()), "is a pickle, but no PyTorch");
    assertRefused(
        file(TestCheckpoint.zip(Map.of("word/document.xml", new byte[3]))),
        "is a zip file, but no PyTorch checkpoint");
    assertRefused(file(TestCheckpoint.zip(Map.of())), "is no PyTorch checkpoint");
    assertRefused(pickle(new PickleBytes().op(']')), "is a PyTorch file, but holds no state dict");
    assertRefused(pickle(new PickleBytes().op('}')), "there are no entries to choose from");
  }

  @ParameterizedTest
  @CsvSource({
    "posix, system",
    "os, system",
    "builtins, eval",
    "__builtin__, getattr",
    "torch.storage, _load_from_bytes",
    "torch, load",
    "torch, FloatStorageX",
    "collections, OrderedDict.fromkeys",
    "java.lang.Runtime, getRuntime",
    "numpy.core.multiarray, _reconstruct"
  })
  void refusesEveryOtherName(String module, String name) throws IOException {
    String expected = "asks for %s.%s, which".formatted(module, name);
    assertRefused(
        pickle(new PickleBytes().global(module, name).text("touch x").raw(0x85).op('R')), expected);
    assertRefused(pickle(new PickleBytes().text(module).text(name).raw(0x93)), expected);
    assertRefused(file(new PickleBytes().global(module, name).op(')').op('R').stop()), expected);
  }

  @ParameterizedTest
  @ValueSource(chars = {'i', 'o', 'p', 'I', 'S', 'V', 'P', '2', 0x82, 0x83, 0x84, 0x92, 0x97})
  void refusesOpcodesThatStateDictsDoNotUse(char opcode) throws IOException {
    assertRefused(
        pickle(new PickleBytes().op('}').op('(').op(opcode).text("x")),
        "has the opcode 0x%02x, which no state dict uses".formatted((int) opcode));
  }

  @Test
  void refusesPicklesThatMakeNoSense() throws IOException {
    assertRefused(pickle(new PickleBytes()), "uses something that it has not made");
    assertRefused(pickle(new PickleBytes().op('R')), "uses something that it has not made");
    assertRefused(pickle(new PickleBytes().op('t')), "ends a group that it has not begun");
    assertRefused(pickle(new PickleBytes().raw('h', 3)), "refers to something");
    assertRefused(pickle(new PickleBytes().op('N').op('N').op('a')), "that is no list");
    assertRefused(
        pickle(new PickleBytes().op('N').op('N').op('N').op('s')), "that is no dictionary");
    assertRefused(pickle(new PickleBytes().op('}').op('(').op('N').op('u')), "no dictionary");
    assertRefused(pickle(new PickleBytes().op('N').op('}').op('b')), "gives attributes to");
    assertRefused(pickle(new PickleBytes().op('N').op('N').op('R')), "without arguments");
    assertRefused(pickle(new PickleBytes().op('N').op(')').op('R')), "that is no function");
    assertRefused(pickle(new PickleBytes().op('N').op('N').raw(0x93)), "a name that is no text");
    assertRefused(pickle(new PickleBytes().op('N').op('Q')), "that is no storage");
    assertRefused(pickle(new PickleBytes().raw(0x80, 1)), "unknown protocol 1");
    assertRefused(pickle(new PickleBytes().raw(0x80, 6)), "unknown protocol 6");
    assertRefused(
        pickle(new PickleBytes().global("m".repeat(300), "n")), "a name of more than 256 bytes");
    assertRefused(
        pickle(
            new PickleBytes()
                .global("torch._utils", "_rebuild_tensor_v2")
                .storage(ElementType.FLOAT32, "0", 1)
                .raw(0x85)
                .op('R')),
        "describes a tensor wrongly (argument 1 is no Long)");
  }

  @Test
  void endlessPicklesEnd() throws IOException {
    PickleBytes pickle = new PickleBytes();
    for (int i = 0; i <= Unpickler.MAX_OPCODES; i++) {
      pickle.op(']');
    }
    assertRefused(pickle(pickle), "has a pickle of more than 524,288 steps");
  }

  /** A list in itself, as a key of a dictionary, would be hashed for ever. */
  @Test
  void doesNotLookIntoWhatContainsItself() throws IOException {
    assertRefused(
        pickle(
            new PickleBytes()
                .op('}')
                .op(']')
                .raw('q', 0)
                .raw('h', 0)
                .op('a')
                .raw(0x85)
                .op('N')
                .op('s')),
        "holds no state dict");
  }

  @Test
  void nestingTakesNoStack() throws IOException {
    PickleBytes pickle = new PickleBytes().op('}').op(')');
    for (int i = 0; i < 500_000; i++) {
      pickle.raw(0x85);
    }
    assertRefused(pickle(pickle.op('N').op('s')), "holds no state dict");
  }

  @ParameterizedTest
  @ValueSource(ints = {'X', 'T', 0x8b})
  void allocatesNothingForWhatIsOnlyClaimed(int opcode) throws IOException {
    assertRefused(
        pickle(new PickleBytes().raw(opcode, 0xff, 0xff, 0xff, 0x7f)), "ends within its pickle");
    assertRefused(
        pickle(new PickleBytes().raw(opcode, 0xff, 0xff, 0xff, 0xff)), "ends within its pickle");
    assertRefused(
        pickle(new PickleBytes().raw(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x80)), "ends within its pickle");
  }

  @ParameterizedTest
  @CsvSource({
    "1, '2,2', '2,1'",
    "5, '0', '1'",
    "4, '', ''",
    "0, '5', '1'",
    "0, '2,2', '4,1'",
    "-1, '1', '1'",
    "0, '-1', '1'",
    "0, '2', '-1'",
    "0, '4', ''",
    "0, '2,4', '0,1'",
    "0, '4294967296,4294967296', '0,0'",
    "0, '2,2', '4611686018427387904,1'",
    "9223372036854775807, '2', '1'"
  })
  void refusesTensorsOutsideTheirStorage(long offset, String shape, String strides)
      throws IOException {
    TestCheckpoint made =
        new TestCheckpoint()
            .storage("0", ElementType.FLOAT32, TestCheckpoint.littleEndian(1f, 2f, 3f, 4f))
            .view("layer.weight", "0", offset, longs(shape), longs(strides));
    assertRefused(file(made.zip()), "is damaged: layer.weight ");
    assertRefused(file(made.legacy()), "is damaged: layer.weight ");
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 5, 1L << 40, 1L << 62, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void refusesStoragesOfAnotherSize(long claimed) throws IOException {
    TestCheckpoint made =
        new TestCheckpoint()
            .storage("7", ElementType.FLOAT32, new byte[16], claimed)
            .view("a", "7", 0, List.of(1L), List.of(1L))
            .floats("b", new float[] {1}, 1);
    assertRefused(file(made.zip()), "storage 7");
    assertRefused(file(made.legacy()));
  }

  @Test
  void refusesTwoOfAName() throws IOException {
    TestCheckpoint made =
        new TestCheckpoint().floats("module.a", new float[] {1}, 1).floats("a", new float[] {2}, 1);
    assertRefused(file(made.zip()), "has two tensors named a");
  }

  @Test
  void namesCannotBreakALine() throws IOException {
    assertRefused(
        file(new TestCheckpoint().floats("a\nb\u001b[2J", new float[] {1}, 1).zip()),
        "has a tensor of the impossible name a?b?[2J");
    assertRefused(
        pickle(new PickleBytes().text("os\n").text("\u202e" + "x".repeat(200)).raw(0x93)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../data.pkl", "/data.pkl", "a/../data.pkl", "a\\data.pkl", "a\n/data.pkl"})
  void refusesEntriesThatClimb(String name) throws IOException {
    assertRefused(
        file(TestCheckpoint.zip(Map.of(name, new byte[1]))), "has an entry of the impossible name");
  }

  @Test
  void refusesTwoPickles() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a/data.pkl", new PickleBytes().op('}').stop());
    files.put("b/data.pkl", new PickleBytes().op('}').stop());
    assertRefused(file(TestCheckpoint.zip(files)), "it has 2 entries */data.pkl");
  }

  @Test
  void refusesCompressedEntries() throws IOException {
    byte[] bytes = small().zip();
    ByteBuffer directory = central(bytes, 2);
    directory.putShort(10, (short) 8);
    assertRefused(file(bytes), "has the compressed entry archive/data/0");
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 1 << 20, Integer.MAX_VALUE, -2, -1})
  void refusesLyingSizes(int size) throws IOException {
    byte[] bytes = small().zip();
    ByteBuffer directory = central(bytes, 2);
    directory.putInt(20, size).putInt(24, size);
    assertRefused(file(bytes));
  }

  @Test
  void refusesOverlappingEntries() throws IOException {
    byte[] bytes = small().zip();
    ByteBuffer directory = central(bytes, 2);
    directory.putInt(20, 60).putInt(24, 60);
    assertRefused(file(bytes), "has the overlapping entries archive/data/0 and archive/data/1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1 << 20, Integer.MAX_VALUE, -1})
  void refusesEntriesElsewhere(int start) throws IOException {
    byte[] bytes = small().zip();
    central(bytes, 2).putInt(42, start);
    assertRefused(file(bytes));
  }

  @ParameterizedTest
  @CsvSource({"12, 0", "12, 2147483647", "12, -1", "16, 0", "16, 2147483647", "16, -1"})
  void refusesADirectoryElsewhere(int field, int value) throws IOException {
    byte[] bytes = small().zip();
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    all.putInt(find(all, DIRECTORY_END, 0) + field, value);
    assertRefused(file(bytes), "is damaged: its zip directory makes no sense");
  }

  private static TestCheckpoint small() {
    return new TestCheckpoint()
        .floats("a", new float[] {1, 2}, 2)
        .floats("b", new float[] {3, 4}, 2, 1);
  }

  /** The header of an entry in an archive's directory. */
  private static ByteBuffer central(byte[] zip, int entry) {
    ByteBuffer all = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int at = find(all, CENTRAL_HEADER, 0);
    for (int i = 0; i < entry; i++) {
      at = find(all, CENTRAL_HEADER, at + 1);
    }
    return all.slice(at, all.limit() - at).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int find(ByteBuffer bytes, int signature, int from) {
    int at = from;
    while (bytes.getInt(at) != signature) {
      at++;
    }
    return at;
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    int at = 0;
    while (!Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
      at++;
    }
    return at;
  }

  private static List<Long> longs(String numbers) {
    return numbers.isEmpty()
        ? List.of()
        : Arrays.stream(numbers.split(",", -1)).map(Long::valueOf).toList();
  }

  private Path pickle(PickleBytes pickle) throws IOException {
    return file(TestCheckpoint.zip(pickle.stop()));
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("made.pth"), bytes);
  }

  private static void assertRefused(Path file, String... why) {
    assertThatThrownBy(() -> Checkpoint.open(file, Optional.empty()))
        .isInstanceOfSatisfying(
            CheckpointException.class,
            e -> {
              Untrusted.assertOneLineAbout(file, e);
              assertThat(List.of(why)).allMatch(e.getMessage()::contains, e.getMessage());
            });
  }
}
