package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpenstreams.torch.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomWeightsTest {
  private static final String LARGEST = "generator.convs.0.conv.weight";

  @Test
  void theLargestIsAsLargeAsThePublishedOne() {
    Tensors weights = RandomWeights.published(2048);
    long parameters =
        weights.names().stream()
            .map(weights::shape)
            .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
            .sum();
    assertThat(parameters / 1e6).isCloseTo(71.3, within(0.05));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 256, 512, 1024, 2048})
  void everySizeIsAGenerator(int size) {
    assertThat(Architecture.of(RandomWeights.published(size)).size()).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -64, 32, 96, 1536, 4096, Integer.MIN_VALUE})
  void otherSizesAreRefused(int size) {
    assertThatThrownBy(() -> RandomWeights.published(size))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no size " + size);
  }

  @Test
  void everyCallGivesTheSame() {
    assertThat(RandomWeights.published(64).values(LARGEST))
        .isEqualTo(RandomWeights.published(2048).values(LARGEST));
  }

  /** Written down, because measurements on different machines are of the same model. */
  @Test
  void everyMachineGivesTheSame() {
    float[] values = RandomWeights.published(64).values(LARGEST);
    assertThat(List.of(values[0], values[1], values[2]))
        .containsExactly(-0.45954776f, 0.8829406f, -0.5487721f);
  }

  @Test
  void valuesAreSpreadAsAtTheStartOfTraining() {
    float[] values = RandomWeights.published(64).values(LARGEST);
    double sum = 0;
    double squares = 0;
    double neighbours = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i];
      squares += values[i] * values[i];
      neighbours += values[i] * values[(i + 1) % values.length];
    }
    assertThat(sum / values.length).isCloseTo(0, within(0.002));
    assertThat(squares / values.length).isCloseTo(1, within(0.002));
    assertThat(neighbours / values.length).isCloseTo(0, within(0.002));
  }
}
