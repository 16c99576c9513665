package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GpenGraphTest {
  private static final int SIZE = 64;
  private static final int VALUES = 3 * SIZE * SIZE;

  private Tensors tensors = SmallGenerator.weights();

  @Test
  void computesWhatTheGeneratorDoes() throws Exception {
    float[] image = ModelImages.normalised(ModelImages.waves(1, SIZE), SIZE);
    assertThat(ModelImages.relativeError(run(Precision.FP32, image), plain(image)))
        .isLessThan(5e-6);
  }

  @Test
  void theBaselineComputesTheSame() throws Exception {
    float[] image = ModelImages.normalised(ModelImages.waves(1, SIZE), SIZE);
    try (GraphSession session = new GraphSession(DirectTranslation.onnx(tensors))) {
      assertThat(ModelImages.relativeError(session.run(image, SIZE), plain(image)))
          .isLessThan(5e-6);
    }
  }

  @Test
  void halfPrecisionIsNearIt() throws Exception {
    float[] image = ModelImages.normalised(ModelImages.waves(1, SIZE), SIZE);
    assertThat(ModelImages.relativeError(run(Precision.FP16, image), plain(image)))
        .isLessThan(2e-3);
  }

  @Test
  void imagesOfABatchDoNotSeeEachOther() throws Exception {
    byte[] batch = ModelImages.waves(3, SIZE);
    try (GraphSession session = new GraphSession(onnx(Layout.UINT8, Precision.FP32))) {
      byte[] together = session.run(batch, SIZE);
      for (int i = 0; i < 3; i++) {
        int from = i * VALUES;
        int to = from + VALUES;
        assertThat(session.run(Arrays.copyOfRange(batch, from, to), SIZE))
            .isEqualTo(Arrays.copyOfRange(together, from, to));
      }
    }
  }

  @Test
  void bytesAreClippedAndRoundedFloats() throws Exception {
    byte[] levels = ModelImages.waves(2, SIZE);
    try (GraphSession session = new GraphSession(onnx(Layout.UINT8, Precision.FP32))) {
      ModelImages.assertRounded(
          session.run(levels, SIZE),
          run(Precision.FP32, ModelImages.normalised(levels, SIZE)),
          SIZE);
    }
  }

  @Test
  void theSameWeightsGiveTheSameBytes() throws Exception {
    assertThat(onnx(Layout.UINT8, Precision.FP16)).isEqualTo(onnx(Layout.UINT8, Precision.FP16));
  }

  @Test
  void infiniteWeightsAreRefusedByName() {
    tensors =
        ChangedTensors.scaled(
            tensors,
            name -> name.equals("generator.convs.3.conv.weight") ? Float.POSITIVE_INFINITY : 1);
    assertThatThrownBy(() -> onnx(Layout.FLOAT, Precision.FP32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("generator.convs.3.conv.weight");
  }

  @Test
  void weightsTooLargeForHalfPrecisionAreRefusedByName() {
    tensors =
        ChangedTensors.scaled(tensors, name -> name.equals("generator.input.input") ? 1e6f : 1);
    assertThatThrownBy(() -> onnx(Layout.FLOAT, Precision.FP16))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("generator.input.input");
  }

  private float[] run(Precision precision, float[] images) throws OrtException, IOException {
    try (GraphSession session = new GraphSession(onnx(Layout.FLOAT, precision))) {
      return session.run(images, SIZE);
    }
  }

  private byte[] onnx(Layout layout, Precision precision) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GpenGraph.of(tensors, layout, precision, Target.of(precision)).writeTo(bytes, "0".repeat(64));
    return bytes.toByteArray();
  }

  private float[] plain(float[] image) {
    PlainGpen.Plane plane = new PlainGpen.Plane(3, SIZE);
    Arrays.setAll(plane.values, i -> image[i]);
    double[] values = new PlainGpen(tensors).restore(plane).values;
    float[] restored = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      restored[i] = (float) values[i];
    }
    return restored;
  }
}
