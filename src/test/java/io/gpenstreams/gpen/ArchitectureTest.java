package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.TensorShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {
  private static final Architecture SMALL = new Architecture(List.of(12, 10, 8, 6, 4));

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 256, 512, 1024, 2048})
  void sizeAndWidthsComeFromShapes(int size) {
    int levels = Integer.numberOfTrailingZeros(size) - 1;
    Architecture architecture =
        new Architecture(List.of(40, 40, 33, 32, 24, 16, 8, 4, 2, 1).subList(0, levels));
    assertThat(Architecture.of(new TensorShapes("weights.pth", architecture.shapes())))
        .isEqualTo(architecture);
    assertThat(architecture.size()).isEqualTo(size);
  }

  static Set<String> names() {
    return SMALL.shapes().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aMissingTensorIsNamed(String name) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>(SMALL.shapes());
    shapes.remove(name);
    assertRefused(shapes, name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aTensorOfAnotherShapeIsNamed(String name) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>(SMALL.shapes());
    shapes.put(name, shapes.get(name).stream().map(size -> size + 2).toList());
    assertRefused(shapes, name);
    shapes.put(name, List.of());
    assertRefused(shapes, name);
    shapes.put(name, List.of(Long.MAX_VALUE, 0L));
    assertRefused(shapes, name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"generator.noises.noise_0", "ecd5.0.1.weight", "generator.convs.99.conv.weight"})
  void aTensorTooManyIsNamed(String name) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>(SMALL.shapes());
    shapes.put(name, List.of(1L));
    assertRefused(shapes, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"conv.weight", "ecd0.0.1.bias", "generator.style.1.weight"})
  void somethingElseIsNoGenerator(String name) {
    assertRefused(Map.of(name, List.of(3L)), "is no GPEN generator");
  }

  private static void assertRefused(Map<String, List<Long>> shapes, String message) {
    assertThatThrownBy(() -> Architecture.of(new TensorShapes("weights.pth", shapes)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("weights.pth")
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1);
  }
}
