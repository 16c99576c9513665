package io.gpenstreams.companion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtSession;
import io.gpenstreams.gpen.ModelImages;
import io.gpenstreams.model.Precision;
import io.gpenstreams.torch.AlteredTensors;
import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what the official code gives for the same weights. */
class CompanionGraphTest {
  private static final double TOLERANCE = 1e-5;
  private static final double HALF_TOLERANCE = 2e-2;

  @ParameterizedTest
  @CsvSource({
    "retinaface-r50,  150, 203, FP32",
    "retinaface-mnet, 160, 128, FP32",
    "retinaface-r50,  150, 203, FP16",
    "retinaface-mnet, 160, 128, FP16",
  })
  void detectorsGiveTheOfficialNumbers(String name, int height, int width, Precision precision)
      throws Exception {
    try (CompanionFile file = new CompanionFile(name);
        CompanionSession session = new CompanionSession(file.tensors(), precision);
        OrtSession.Result result = session.run(file.input(), height, width)) {
      for (String output : List.of("loc", "conf", "landms")) {
        assertThat(
                ModelImages.relativeError(
                    CompanionSession.floats(result, output), file.floats(output)))
            .as(output)
            .isLessThanOrEqualTo(precision == Precision.FP32 ? TOLERANCE : HALF_TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"FP32, 0.9995", "FP16, 0.98"})
  void theParserGivesTheOfficialClasses(Precision precision, double share) throws Exception {
    try (CompanionFile file = new CompanionFile("parsenet");
        CompanionSession session = new CompanionSession(file.tensors(), precision, "logits");
        OrtSession.Result result = session.run(file.input(), 128, 128)) {
      byte[] mask = CompanionSession.bytes(result, "mask");
      byte[] official = CompanionFile.bytes("parsenet", "mask");
      assertThat(mask).hasSameSizeAs(official);
      int equal = 0;
      for (int i = 0; i < mask.length; i++) {
        equal += mask[i] == official[i] ? 1 : 0;
      }
      assertThat(equal / (double) mask.length).isGreaterThanOrEqualTo(share);
      if (precision == Precision.FP32) {
        assertThat(
                ModelImages.relativeError(
                    CompanionSession.floats(result, "logits"), file.floats("logits")))
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, FP32, 1",
    "2, FP32, 1",
    "4, FP32, 1",
    "1, FP16, 3",
    "2, FP16, 3",
    "4, FP16, 3",
  })
  void backgroundModelsGiveTheOfficialPictures(int scale, Precision precision, int levels)
      throws Exception {
    String raw = scale == 4 ? "conv_last" : "conv_last.cropped";
    try (CompanionFile file = new CompanionFile("realesrnet-x" + scale);
        CompanionSession session = new CompanionSession(file.tensors(), precision, raw);
        OrtSession.Result result = session.run(file.input(), 45, 62)) {
      float[] official = file.floats("output");
      assertThat(CompanionSession.shape(result, "output"))
          .containsExactly(1, 45L * scale, 62L * scale, 3);
      byte[] pixels = CompanionSession.bytes(result, "output");
      int places = pixels.length / 3;
      for (int i = 0; i < pixels.length; i++) {
        float value = official[i % 3 * places + i / 3];
        int expected = Math.round(255 * Math.max(0, Math.min(1, value)));
        assertThat(Math.abs(Byte.toUnsignedInt(pixels[i]) - expected)).isLessThanOrEqualTo(levels);
      }
      if (precision == Precision.FP32) {
        assertThat(ModelImages.relativeError(CompanionSession.floats(result, raw), official))
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "33, 31", "97, 131", "131, 64"})
  void detectorsTakeAnySize(int height, int width) throws Exception {
    long places = 0;
    for (int step : new int[] {8, 16, 32}) {
      places += 2L * ((height + step - 1) / step) * ((width + step - 1) / step);
    }
    for (String name : List.of("retinaface-r50", "retinaface-mnet")) {
      try (CompanionFile file = new CompanionFile(name);
          CompanionSession session = new CompanionSession(file.tensors(), Precision.FP32);
          OrtSession.Result result = session.run(noise(height, width), height, width)) {
        assertThat(CompanionSession.shape(result, "loc")).containsExactly(1, places, 4);
        assertThat(CompanionSession.shape(result, "conf")).containsExactly(1, places, 2);
        assertThat(CompanionSession.shape(result, "landms")).containsExactly(1, places, 10);
      }
    }
  }

  /** What is missing to a multiple is reflected, and cut off the result. */
  @ParameterizedTest
  @CsvSource({"1, 4, 5", "1, 46, 67", "2, 2, 3", "2, 33, 47", "4, 1, 1", "4, 17, 29"})
  void backgroundModelsTakeAnySize(int scale, int height, int width) throws Exception {
    int multiple = 4 / scale;
    int fullHeight = (height + multiple - 1) / multiple * multiple;
    int fullWidth = (width + multiple - 1) / multiple * multiple;
    byte[] part = noise(height, width);
    byte[] whole = reflected(part, height, width, fullHeight, fullWidth);
    try (CompanionFile file = new CompanionFile("realesrnet-x" + scale);
        CompanionSession session = new CompanionSession(file.tensors(), Precision.FP32);
        OrtSession.Result ofPart = session.run(part, height, width);
        OrtSession.Result ofWhole = session.run(whole, fullHeight, fullWidth)) {
      assertThat(CompanionSession.shape(ofPart, "output"))
          .containsExactly(1, (long) scale * height, (long) scale * width, 3);
      byte[] expected =
          upperLeft(
              CompanionSession.bytes(ofWhole, "output"),
              scale * fullWidth,
              scale * height,
              scale * width);
      assertThat(CompanionSession.bytes(ofPart, "output")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 32, 48", "1, 100, 75", "3, 128, 128"})
  void theParserTakesAnySizeAndNumber(int images, int height, int width) throws Exception {
    try (CompanionFile file = new CompanionFile("parsenet");
        CompanionSession session = new CompanionSession(file.tensors(), Precision.FP32);
        OrtSession.Result result = session.run(noise(images * height, width), height, width)) {
      assertThat(CompanionSession.shape(result, "mask")).containsExactly(images, height, width);
    }
  }

  /** Last blocks are left out, which gives shallower networks. */
  @ParameterizedTest
  @CsvSource({
    "retinaface-r50,  'body\\.layer3\\.[2-5]\\..*'",
    "retinaface-r50,  'body\\.layer[124]\\.[1-9]\\..*'",
    "retinaface-mnet, 'body\\.stage2\\.[3-5]\\..*'",
    "parsenet,        'body\\.[4-9]\\..*'",
    "parsenet,        'out_img_conv\\..*'",
    "realesrnet-x2,   'body\\.1\\..*'",
    "realesrnet-x4,   '.*num_batches_tracked'",
  })
  void depthFollowsFromTheTensors(String name, String left) throws Exception {
    try (CompanionFile file = new CompanionFile(name)) {
      Tensors shallow = new AlteredTensors(file.tensors()).without(n -> n.matches(left));
      try (CompanionSession session = new CompanionSession(shallow, Precision.FP32);
          OrtSession.Result result = session.run(noise(64, 64), 64, 64)) {
        assertThat(result).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"retinaface-r50", "retinaface-mnet", "parsenet", "realesrnet-x1", "realesrnet-x4"})
  void everyTensorThatIsMissingOrMisshapenIsFound(String name) {
    try (CompanionFile file = new CompanionFile(name)) {
      Tensors whole = file.tensors();
      for (String tensor : needed(whole)) {
        assertRefused(new AlteredTensors(whole).without(tensor::equals), "lacks the tensor");
        List<Long> wrong = new ArrayList<>(whole.shape(tensor));
        wrong.set(wrong.size() - 1, wrong.get(wrong.size() - 1) + 1);
        assertRefused(new AlteredTensors(whole).with(tensor, wrong), "has the tensor " + tensor);
        assertRefused(new AlteredTensors(whole).with(tensor, List.of()), "the tensor " + tensor);
        List<Long> huge = new ArrayList<>(whole.shape(tensor));
        huge.set(0, 1L << 40);
        assertRefused(new AlteredTensors(whole).with(tensor, huge), "the tensor " + tensor);
      }
      assertRefused(
          new AlteredTensors(whole).with("body.77777.weight", List.of(1L)), "body.77777.weight");
      assertRefused(
          new AlteredTensors(whole).with("head.fc.weight", List.of(2L, 2L)),
          "has the tensor head.fc.weight");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "retinaface-r50, body.layer2.0.bn2.running_var, NaN",
    "retinaface-r50, body.layer2.0.bn2.running_var, -1",
    "retinaface-mnet, fpn.merge1.1.weight, Infinity",
    "parsenet, encoder.0.conv2d.bias, NaN",
    "realesrnet-x2, conv_last.weight, -Infinity",
  })
  void whatIsNoNumberIsRefused(String name, String tensor, float value) {
    try (CompanionFile file = new CompanionFile(name)) {
      CompanionGraph graph =
          CompanionGraph.of(new AlteredTensors(file.tensors()).ending(tensor, value)).orElseThrow();
      assertThatThrownBy(() -> graph.writeTo(OutputStream.nullOutputStream(), Precision.FP32, "0"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(CompanionFile.checkpoint(name) + ": ")
          .hasMessageContaining("no weight");
    }
  }

  @Test
  void theSameCheckpointGivesTheSameBytes() throws Exception {
    try (CompanionFile file = new CompanionFile("realesrnet-x1")) {
      assertThat(CompanionSession.bytes(file.tensors(), Precision.FP16))
          .isEqualTo(CompanionSession.bytes(file.tensors(), Precision.FP16));
    }
  }

  private static List<String> needed(Tensors tensors) {
    return tensors.names().stream()
        .filter(name -> !name.endsWith(".num_batches_tracked"))
        .filter(name -> !name.startsWith("out_img_conv."))
        .toList();
  }

  private static void assertRefused(Tensors tensors, String trouble) {
    assertThatThrownBy(() -> CompanionGraph.of(tensors))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(tensors.source() + ": ")
        .hasMessageContaining(trouble);
  }

  private static byte[] noise(int height, int width) {
    byte[] pixels = new byte[3 * height * width];
    new Random(height * 31L + width).nextBytes(pixels);
    return pixels;
  }

  private static byte[] reflected(
      byte[] pixels, int height, int width, int fullHeight, int fullWidth) {
    byte[] full = new byte[3 * fullHeight * fullWidth];
    for (int y = 0; y < fullHeight; y++) {
      for (int x = 0; x < fullWidth; x++) {
        int fromY = y < height ? y : 2 * (height - 1) - y;
        int fromX = x < width ? x : 2 * (width - 1) - x;
        System.arraycopy(pixels, 3 * (fromY * width + fromX), full, 3 * (y * fullWidth + x), 3);
      }
    }
    return full;
  }

  private static byte[] upperLeft(byte[] pixels, int from, int height, int width) {
    byte[] part = new byte[3 * height * width];
    for (int y = 0; y < height; y++) {
      System.arraycopy(pixels, 3 * y * from, part, 3 * y * width, 3 * width);
    }
    return part;
  }
}
