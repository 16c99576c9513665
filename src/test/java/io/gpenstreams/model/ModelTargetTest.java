package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which device a model's graph is laid out for. */
class ModelTargetTest {
  @ParameterizedTest
  @CsvSource({"fp32, gpu, GPU", "fp16, cpu, CPU", "fp32, , CPU", "fp16, , GPU"})
  void isWhatTheFileSaysOrElseWhatItsPrecisionSuits(
      String precision, String stated, Target expected) {
    Map<String, String> metadata = new HashMap<>(Map.of("gpen.architecture", "gpen"));
    metadata.put("gpen.precision", precision);
    if (stated != null) {
      metadata.put("gpen.target", stated);
    }
    ModelInfo info = info(metadata);
    assertThat(info.target()).contains(expected);
    assertThat(info.suits(expected)).isTrue();
    assertThat(info.suits(expected == Target.CPU ? Target.GPU : Target.CPU)).isFalse();
  }

  @Test
  void isNotKnownOfOtherToolsModels() {
    ModelInfo info = info(Map.of());
    assertThat(info.target()).isEmpty();
    assertThat(info.suits(Target.CPU)).isTrue();
    assertThat(info.suits(Target.GPU)).isTrue();
  }

  private static ModelInfo info(Map<String, String> metadata) {
    OnnxGraph graph = new OnnxGraph("test");
    String input = graph.input("x", DataType.FLOAT, 1, 3, 64, 64);
    graph.output(graph.node("Identity", "y", input), DataType.FLOAT, 1, 3, 64, 64);
    return ModelInfo.of("m.onnx", "m", OnnxFile.read("m.onnx", graph.toBytes(metadata)));
  }
}
