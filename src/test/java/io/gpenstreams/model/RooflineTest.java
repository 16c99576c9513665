package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.gpen.Architecture;
import io.gpenstreams.gpen.GpenGraph;
import io.gpenstreams.gpen.RandomWeights;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.torch.Tensors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RooflineTest {
  @TempDir private Path folder;

  @Test
  void eachNodeReadsAndWritesOnce() throws IOException {
    OnnxGraph graph = new OnnxGraph("test");
    String image = graph.input("image", DataType.FLOAT, OnnxGraph.DYNAMIC, 3, 8, 8);
    String weight = graph.constant("weight", new float[5 * 3 * 9], 5, 3, 3, 3);
    String halved =
        graph.node(
            "Conv",
            "halved",
            Map.of("strides", new long[] {2, 2}, "pads", new long[] {1, 1, 1, 1}),
            image,
            weight);
    String turned =
        graph.node("Transpose", "turned", Map.of("perm", new long[] {0, 2, 3, 1}), halved);
    String flat = graph.node("Reshape", "flat", turned, graph.constant("shape", 0, -1));
    String doubled = graph.node("Add", "doubled", flat, flat);
    String constant = graph.node("Mul", "constant", weight, weight);
    graph.output(
        graph.node("Concat", "all", Map.of("axis", 1L), doubled, flat), DataType.FLOAT, -1, 160);
    graph.output(constant, DataType.FLOAT, 5, 3, 3, 3);

    Roofline counted = Roofline.of(Files.write(folder.resolve("m.onnx"), graph.toBytes(Map.of())));

    assertThat(counted.kinds())
        .extracting(
            Roofline.Kind::operator,
            Roofline.Kind::nodes,
            Roofline.Kind::flops,
            Roofline.Kind::bytes,
            Roofline.Kind::launches)
        .containsExactlyInAnyOrder(
            tuple("Conv 3×3", 1, 2L * 5 * 16 * 27, 4L * (3 * 64 + 5 * 27 + 5 * 16), 1),
            tuple("Add", 1, 80L, 4L * 3 * 80, 1),
            tuple("Concat", 1, 160L, 4L * 2 * 160, 1));
    assertThat(counted.total().nodes()).isEqualTo(3);
    assertThat(counted.total().seconds()).isCloseTo(3 * 2.5e-6, within(1e-12));
  }

  @Test
  void anUnknownOperatorIsNamed() throws IOException {
    OnnxGraph graph = new OnnxGraph("test");
    String input = graph.input("x", DataType.FLOAT, 1, 3, 64, 64);
    graph.output(graph.node("Tan", "y", input), DataType.FLOAT, 1, 3, 64, 64);
    Path file = Files.write(folder.resolve("m.onnx"), graph.toBytes(Map.of()));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Roofline.of(file))
        .withMessageContaining("Tan");
  }

  /** What docs/gpu.md states; a graph that asks for more has lost something. */
  @Test
  void theLargestModelForAGpuAsksForWhatIsStated() throws IOException {
    Path file = folder.resolve("m.onnx");
    write(RandomWeights.published(2048), Precision.FP16, Target.GPU, file);
    Roofline.Kind total = Roofline.of(file).total();
    assertThat(total.nodes()).isLessThanOrEqualTo(236);
    assertThat(total.launches()).isLessThanOrEqualTo(318);
    assertThat(total.bytes() / 1e9).isLessThan(9.265);
    assertThat(total.seconds() * 1e3).isLessThan(3.95);
  }

  /** Everything that an import writes can be counted. */
  @ParameterizedTest
  @CsvSource({"FP32, CPU", "FP16, CPU", "FP32, GPU", "FP16, GPU"})
  void everyGraphOfOursIsCounted(Precision precision, Target target) throws IOException {
    Path file = folder.resolve("m.onnx");
    Architecture narrow = new Architecture(List.of(4, 3, 4, 3, 4, 3, 4, 3));
    write(new RandomWeights(narrow), precision, target, file);
    assertThat(Roofline.of(file).total().flops()).isGreaterThan(1_000_000);
  }

  private static void write(Tensors tensors, Precision precision, Target target, Path file)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      GpenGraph.of(tensors, Layout.UINT8, precision, target).writeTo(out, "0".repeat(64));
    }
  }
}
