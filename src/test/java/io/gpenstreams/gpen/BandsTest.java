package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.Precision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In bands the graph computes what it does without. */
class BandsTest {
  private static final double TOLERANCE = 1e-5;
  private static final int SIZE = 512;

  private static final int BANDS = 16;

  // Channels from 4×4 up. Above 256 there are bands: at one resolution, at two of which one reads
  // the other, and where convolutions are Winograd's.
  private static final List<Integer> NARROW = List.of(4, 3, 4, 3, 4, 3, 4, 3);
  private static final List<Integer> TWICE_IN_BANDS = List.of(4, 3, 4, 3, 4, 3, 4, 3, 2);
  private static final List<Integer> WIDE_IN_BANDS = List.of(4, 3, 4, 3, 4, 3, 4, 64);

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void bandsAreOnlyAnotherOrder(int images) throws Exception {
    assertSame(NARROW, images);
  }

  @Test
  void bandsComputeWhatTheDirectTranslationDoes() throws Exception {
    float[] face = ModelImages.normalised(ModelImages.waves(1, SIZE), SIZE);
    byte[] direct = DirectTranslation.onnx(new RandomWeights(new Architecture(NARROW)));
    try (GraphSession inBands = new GraphSession(onnx(NARROW, Layout.FLOAT, Banding.FOR_CACHES));
        GraphSession official = new GraphSession(direct)) {
      assertThat(ModelImages.relativeError(inBands.run(face, SIZE), official.run(face, SIZE)))
          .isLessThanOrEqualTo(TOLERANCE);
    }
  }

  @Test
  void bandsOfBandsAreOnlyAnotherOrder() throws Exception {
    assertSame(TWICE_IN_BANDS, 1);
  }

  @Test
  void fastConvolutionsWorkInBands() throws Exception {
    assertSame(WIDE_IN_BANDS, 1);
    assertThat(
            Nodes.named(onnx(WIDE_IN_BANDS, Layout.FLOAT, Banding.FOR_CACHES), ".products.rows_"))
        .filteredOn(node -> node.getOpType().equals("MatMul"))
        .hasSize(BANDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void pixelsAreThoseWithoutBands(int images) throws Exception {
    byte[] levels = ModelImages.waves(images, SIZE);
    try (GraphSession inBands = new GraphSession(onnx(NARROW, Layout.UINT8, Banding.FOR_CACHES));
        GraphSession whole = new GraphSession(onnx(NARROW, Layout.FLOAT, Banding.NONE))) {
      ModelImages.assertRounded(
          inBands.run(levels, SIZE), whole.run(ModelImages.normalised(levels, SIZE), SIZE), SIZE);
    }
  }

  private static void assertSame(List<Integer> channels, int images) throws Exception {
    int size = new Architecture(channels).size();
    float[] faces = ModelImages.normalised(ModelImages.waves(images, size), size);
    byte[] bands = onnx(channels, Layout.FLOAT, Banding.FOR_CACHES);
    byte[] none = onnx(channels, Layout.FLOAT, Banding.NONE);
    assertThat(Nodes.named(bands, ".rows_0_to_" + size / BANDS)).isNotEmpty();
    assertThat(Nodes.named(none, ".rows_")).isEmpty();
    try (GraphSession inBands = new GraphSession(bands);
        GraphSession whole = new GraphSession(none)) {
      assertThat(ModelImages.relativeError(inBands.run(faces, size), whole.run(faces, size)))
          .isLessThanOrEqualTo(TOLERANCE);
    }
  }

  private static byte[] onnx(List<Integer> channels, Layout layout, Banding banding)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GpenGraph.of(new RandomWeights(new Architecture(channels)), layout, Precision.FP32, banding)
        .writeTo(bytes, "0".repeat(64));
    return bytes.toByteArray();
  }
}
