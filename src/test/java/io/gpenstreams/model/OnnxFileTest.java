package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxFileTest {
  private static final byte[] BUILTIN = DetailEnhancer.onnx(64);

  @Test
  void readsWhatTheBuiltInModelIs() {
    OnnxFile file = OnnxFile.read("builtin", BUILTIN);

    assertThat(file.sha256()).isEqualTo(DigestUtils.sha256Hex(BUILTIN));
    assertThat(file.producer()).isEqualTo("gpen-streams");
    assertThat(file.opset()).isEqualTo(17);
    assertThat(file.inputs()).hasToString("[input: uint8[N,64,64,3]]");
    assertThat(file.outputs()).hasToString("[output: uint8[N,64,64,3]]");
    assertThat(file.precision()).isEqualTo("fp32");
    assertThat(file.metadata()).containsEntry(ModelInfo.GENERATIVE, "false");
  }

  @Test
  void countsParametersAndSeesHalves() {
    ModelProto.Builder model = model();
    model
        .getGraphBuilder()
        .addInitializer(tensor("w", DataType.FLOAT16, 10, 20))
        .addInitializer(tensor("b", DataType.FLOAT, 5));

    OnnxFile file = OnnxFile.read("halves", model.build().toByteArray());

    assertThat(file.parameters()).isEqualTo(205);
    assertThat(file.precision()).isEqualTo("fp16");
    // Older files list initialised values among their inputs.
    model.getGraphBuilder().addInput(model.getGraph().getInput(0).toBuilder().setName("w"));
    assertThat(OnnxFile.read("old", model.build().toByteArray()).inputs()).hasSize(1);
  }

  /** Constants are passed over, however a tool stores them; a cut in them must still be seen. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE", "INT32", "INT64", "UINT64", "STRING", "UNDEFINED"})
  void passesOverNumbersButNotOverCuts(DataType type) {
    TensorProto.Builder tensor = tensor("w", type, 3).toBuilder();
    IntStream.of(1, -2, 300)
        .forEach(
            value -> {
              switch (type) {
                case FLOAT -> tensor.addFloatData(value);
                case DOUBLE -> tensor.addDoubleData(value);
                case INT32 -> tensor.addInt32Data(value);
                case INT64 -> tensor.addInt64Data(value);
                case UINT64 -> tensor.addUint64Data(value);
                case STRING -> tensor.addStringData(ByteString.copyFromUtf8("value"));
                default -> tensor.setRawData(ByteString.copyFrom(new byte[12]));
              }
            });
    ModelProto.Builder model = model();
    model.getGraphBuilder().addInitializer(tensor).addInitializer(tensor("v", type, 4));
    byte[] whole = model.build().toByteArray();
    assertThat(OnnxFile.read("some.onnx", whole).parameters()).isEqualTo(7);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThat(reads(cut)).as("cut at " + length).isEqualTo(parses(cut));
    }
  }

  @Property(tries = 2000)
  void takesWhatTheFormatsOwnParserTakes(@ForAll @IntRange(max = 2000) int at, @ForAll byte value) {
    ModelProto.Builder model = model();
    model
        .getGraphBuilder()
        .addInitializer(tensor("w", DataType.INT32, 2).toBuilder().addInt32Data(7).addInt32Data(8))
        .addInitializer(tensor("v", DataType.FLOAT, 2).toBuilder().addFloatData(1).addFloatData(2));
    byte[] bytes = model.build().toByteArray();
    bytes[at % bytes.length] = value;
    assertThat(reads(bytes)).isEqualTo(parses(bytes));
  }

  @Test
  void refusesConstantsOfAbsurdSizes() {
    for (long[] sizes : new long[][] {{1L << 40, 1L << 40}, {Long.MAX_VALUE}}) {
      ModelProto.Builder model = model();
      model
          .getGraphBuilder()
          .addInitializer(tensor("w", DataType.FLOAT, sizes))
          .addInitializer(tensor("v", DataType.FLOAT, 1));
      assertReadOrRefused(model.build().toByteArray());
    }
  }

  @Property(tries = 500)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    assertReadOrRefused(bytes);
  }

  @Property(tries = 1000)
  void anyDamageIsReadOrRefused(
      @ForAll @Size(min = 1, max = 6) int[] places,
      @ForAll byte value,
      @ForAll @IntRange(max = 200) int cut) {
    byte[] damaged = Arrays.copyOf(BUILTIN, BUILTIN.length - cut);
    for (int place : places) {
      damaged[Math.floorMod(place, damaged.length)] = value;
    }
    assertReadOrRefused(damaged);
  }

  /** How many parameters it has, if it is read. */
  private static OptionalLong reads(byte[] bytes) {
    try {
      return OptionalLong.of(OnnxFile.read("some.onnx", bytes).parameters());
    } catch (ModelException e) {
      assertThat(e).hasMessageStartingWith("some.onnx is no ONNX file");
      return OptionalLong.empty();
    }
  }

  private static OptionalLong parses(byte[] bytes) {
    try {
      ModelProto model = ModelProto.parseFrom(bytes);
      long parameters = 0;
      for (TensorProto tensor : model.getGraph().getInitializerList()) {
        long product = tensor.getDimsList().stream().reduce(1L, Math::multiplyExact);
        parameters = Math.addExact(parameters, product);
      }
      return model.getGraph().getNodeCount() > 0
          ? OptionalLong.of(parameters)
          : OptionalLong.empty();
    } catch (InvalidProtocolBufferException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  static void assertReadOrRefused(byte[] bytes) {
    try {
      OnnxFile file = OnnxFile.read("some.onnx", bytes);
      assertThat(file.nodes()).isPositive();
      assertThat(file.sha256()).isEqualTo(DigestUtils.sha256Hex(bytes));
      ModelInfo info = ModelInfo.of("some.onnx", "some", file);
      assertThat(info.size()).isBetween(64, 4096);
    } catch (ModelException e) {
      assertThat(e).hasMessageContaining("some.onnx");
    }
  }

  private static ModelProto.Builder model() {
    return parsed(OnnxModels.floats("Neg", 64, Map.of()));
  }

  private static ModelProto.Builder parsed(byte[] bytes) {
    try {
      return ModelProto.parseFrom(bytes).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static TensorProto tensor(String name, DataType type, long... sizes) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    for (long size : sizes) {
      tensor.addDims(size);
    }
    return tensor.build();
  }
}
