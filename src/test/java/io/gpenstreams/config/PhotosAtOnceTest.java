package io.gpenstreams.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhotosAtOnceTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    // Processors, heap and largest photo in MiB.
    "1, 65536, 64, 8",
    "3, 65536, 64, 12",
    "64, 65536, 64, 32",
    "2, 1024, 64, 8",
    "2, 1023, 64, 7",
    "2, 256, 64, 2",
    "2, 64, 64, 1",
    "2, 256, 1, 8",
  })
  void fitIntoHalfOfTheHeap(int processors, long heap, long photo, int expected) {
    assertThat(PhotosAtOnce.of(processors, heap * MIB, photo * MIB)).isEqualTo(expected);
  }
}
