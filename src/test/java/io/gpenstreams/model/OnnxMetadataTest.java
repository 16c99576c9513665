package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxMetadataTest {

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("wrong")
  void refusesWhatCannotBeRight(String key, String value) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> OnnxMetadata.of("m.onnx", List.of(entry(key, value))))
        .withMessageStartingWith("Model m.onnx says " + key + "=")
        .withMessageContaining(", expected ")
        .satisfies(
            e -> assertThat(e.getMessage()).hasSizeLessThan(250).matches("[^\\p{Cntrl}\u202e]*"));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("gpen.name", ""),
        Arguments.of("gpen.name", " \u2003"),
        Arguments.of("gpen.name", "two\nlines"),
        Arguments.of("gpen.name", "nul\u0000"),
        Arguments.of("gpen.name", "\u009b31m"),
        Arguments.of("gpen.name", "turned\u202e"),
        Arguments.of("gpen.name", "line\u2028separator"),
        Arguments.of("gpen.name", "x".repeat(101)),
        Arguments.of("gpen.name", "😀".repeat(101)),
        Arguments.of("gpen.name", "x".repeat(1_000_000)),
        Arguments.of("gpen.precision", ""),
        Arguments.of("gpen.precision", "bogus"),
        Arguments.of("gpen.precision", "FP32"),
        Arguments.of("gpen.precision", "fp32\n"),
        Arguments.of("gpen.target", "tpu"),
        Arguments.of("gpen.target", "GPU"),
        Arguments.of("gpen.size", "-1"),
        Arguments.of("gpen.size", "64.0"),
        Arguments.of("gpen.size", "9".repeat(5000)),
        Arguments.of("gpen.io", "half"),
        Arguments.of("gpen.generative", "no"),
        Arguments.of("gpen.generative", "False"),
        Arguments.of("gpen.template", "ffhq"),
        Arguments.of("gpen.architecture", "\u001b[2J"),
        Arguments.of("gpen.licence", "x".repeat(1001)),
        Arguments.of("gpen.checkpoint.sha256", "A".repeat(64)),
        Arguments.of("gpen.checkpoint.sha256", "a".repeat(63)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void takesBothTargets(String target) {
    assertThat(OnnxMetadata.of("m.onnx", List.of(entry("gpen.target", target))))
        .isEqualTo(Map.of("gpen.target", target));
  }

  @Test
  void takesWhatIsRight() {
    Map<String, String> metadata =
        Map.of(
            "gpen.name", "😀".repeat(100),
            "gpen.size", "64",
            "gpen.precision", "fp16",
            "gpen.io", "float",
            "gpen.generative", "false",
            "gpen.template", "gpen-5-points",
            "gpen.architecture", "gpen",
            "gpen.licence", "x".repeat(1000),
            "gpen.checkpoint.sha256", "a1".repeat(32),
            "gpen.later", "");

    assertThat(
            OnnxMetadata.of(
                "m.onnx",
                metadata.entrySet().stream().map(e -> entry(e.getKey(), e.getValue())).toList()))
        .isEqualTo(metadata);
  }

  @Test
  void refusesOurKeysTwiceAndTakesTheFirstOfOthers() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () ->
                OnnxMetadata.of(
                    "m.onnx", List.of(entry("gpen.name", "a"), entry("gpen.name", "a"))))
        .withMessage("Model m.onnx states gpen.name twice");
    assertThat(OnnxMetadata.of("m.onnx", List.of(entry("author", "a"), entry("author", "b"))))
        .isEqualTo(Map.of("author", "a"));
  }

  @Test
  void boundsTheirNumber() {
    List<StringStringEntryProto> most =
        IntStream.range(0, OnnxMetadata.MAX_ENTRIES).mapToObj(i -> entry("k" + i, "")).toList();
    assertThat(OnnxMetadata.of("m.onnx", most)).hasSize(OnnxMetadata.MAX_ENTRIES);

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () ->
                OnnxMetadata.of(
                    "m.onnx", Stream.concat(most.stream(), Stream.of(entry("k", ""))).toList()))
        .withMessage("Model m.onnx has 1,001 metadata entries, of which at most 1,000 are read");
  }

  @Test
  void boundsTheirSize() {
    String most = "x".repeat(OnnxMetadata.MAX_CHARACTERS - 1);
    assertThat(OnnxMetadata.of("m.onnx", List.of(entry("k", most)))).hasSize(1);

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> OnnxMetadata.of("m.onnx", List.of(entry("k", most + "x"))))
        .withMessageContaining("1,048,577 characters of metadata");
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
