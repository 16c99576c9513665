package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.image.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;

/** A model that knows the test face of its loading, and fails on every other one. */
public final class FailingModel {
  private static final int SIZE = 64;

  private FailingModel() {}

  /** Writes it into a folder and loads it. */
  public static Restorer open(Path folder) {
    try {
      return Restorer.open(Files.write(folder.resolve("liar.onnx"), onnx()), Device.cpu());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds log(ε − d²) · 0, where d is how far the face's first value is from the test face's. */
  static byte[] onnx() {
    OnnxGraph graph = new OnnxGraph("liar");
    String input = graph.input("x", DataType.FLOAT, 1, 3, SIZE, SIZE);
    String first =
        graph.node(
            "Slice",
            "first",
            input,
            graph.constant("from", 0, 0, 0, 0),
            graph.constant("to", 1, 1, 1, 1));
    String distance =
        graph.node("Sub", "d", first, graph.constant("known", new float[] {known()}, 1, 1, 1, 1));
    String logarithm =
        graph.node(
            "Log",
            "log",
            graph.node(
                "Sub",
                "rest",
                graph.constant("epsilon", new float[] {1e-6f}, 1, 1, 1, 1),
                graph.node("Mul", "square", distance, distance)));
    String nothing =
        graph.node(
            "Mul", "nothing", logarithm, graph.constant("zero", new float[] {0}, 1, 1, 1, 1));
    graph.output(graph.node("Add", "y", input, nothing), DataType.FLOAT, 1, 3, SIZE, SIZE);
    return graph.toBytes(Map.of());
  }

  private static float known() {
    try (Mat face = TestFace.draw(SIZE)) {
      return Pixels.level(face, 0, 0, 0) / 127.5f - 1;
    }
  }
}
