package io.gpenstreams.companion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtSession;
import io.gpenstreams.model.ModelKind;
import io.gpenstreams.model.Precision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of other widths and depths than the reference data's. */
class CompanionWidthsTest {
  @Test
  void thePublishedWidthsAreRecognised() {
    assertThat(kind(RandomCompanion.resNet(64, List.of(3, 4, 6, 3), 256)))
        .isEqualTo(ModelKind.DETECTOR);
    assertThat(kind(RandomCompanion.mobileNet(8, 64))).isEqualTo(ModelKind.DETECTOR);
    assertThat(kind(RandomCompanion.parseNet(List.of(64, 128, 256, 256, 256), 10)))
        .isEqualTo(ModelKind.PARSER);
    for (int block : new int[] {1, 2, 4}) {
      CompanionGraph graph =
          CompanionGraph.of(RandomCompanion.realEsrNet(block, 64, 32, 23)).orElseThrow();
      assertThat(graph.kind()).isEqualTo(ModelKind.BACKGROUND);
      assertThat(graph.scale()).isEqualTo(Optional.of(4 / block));
      assertThat(graph.name()).isEqualTo("realesrnet-x" + 4 / block);
    }
  }

  private static ModelKind kind(RandomCompanion tensors) {
    return CompanionGraph.of(tensors).orElseThrow().kind();
  }

  static List<RandomCompanion> detectors() {
    return List.of(
        RandomCompanion.resNet(4, List.of(1, 1, 1, 1), 8),
        RandomCompanion.resNet(5, List.of(1, 3, 2, 4), 64),
        RandomCompanion.resNet(3, List.of(2, 1, 7, 1), 72),
        RandomCompanion.mobileNet(4, 16),
        RandomCompanion.mobileNet(6, 100));
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void detectorsOfAnyWidthRun(RandomCompanion tensors) throws Exception {
    for (Precision precision : Precision.values()) {
      try (CompanionSession session = new CompanionSession(tensors, precision);
          OrtSession.Result result = session.run(new byte[3 * 50 * 70], 50, 70)) {
        int anchors = 2 * (7 * 9 + 4 * 5 + 2 * 3);
        assertThat(CompanionSession.shape(result, "loc")).containsExactly(1, anchors, 4);
        float[] shares = CompanionSession.floats(result, "conf");
        for (int i = 0; i < shares.length; i += 2) {
          assertThat(shares[i] + shares[i + 1]).isBetween(0.999f, 1.001f);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void parsersOfAnyWidthRun(Precision precision) throws Exception {
    List<RandomCompanion> parsers =
        List.of(
            RandomCompanion.parseNet(List.of(4, 6), 1),
            RandomCompanion.parseNet(List.of(3, 5, 7), 3),
            RandomCompanion.parseNet(List.of(2, 4, 8, 8, 8, 16), 12));
    for (RandomCompanion tensors : parsers) {
      try (CompanionSession session = new CompanionSession(tensors, precision);
          OrtSession.Result result = session.run(new byte[3 * 70 * 90], 70, 90)) {
        assertThat(CompanionSession.shape(result, "mask")).containsExactly(1, 70, 90);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 6, 4, 1", "2, 4, 6, 3", "4, 5, 3, 5"})
  void backgroundModelsOfAnyWidthRun(int block, int features, int growth, int blocks)
      throws Exception {
    RandomCompanion tensors = RandomCompanion.realEsrNet(block, features, growth, blocks);
    for (Precision precision : Precision.values()) {
      try (CompanionSession session = new CompanionSession(tensors, precision);
          OrtSession.Result result = session.run(new byte[3 * 13 * 22], 13, 22)) {
        assertThat(CompanionSession.shape(result, "output"))
            .containsExactly(1, 13 * 4 / block, 22 * 4 / block, 3);
      }
    }
  }
}
