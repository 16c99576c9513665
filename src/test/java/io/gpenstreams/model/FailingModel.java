package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A model that loads and then fails on every face. */
public final class FailingModel {
  private static final int SIZE = 64;

  private FailingModel() {}

  /** Writes it into a folder and loads it. */
  public static Restorer open(Path folder) {
    try {
      return Restorer.open(Files.write(folder.resolve("liar.onnx"), onnx()), Device.CPU);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its output does not have the shape that a restorer's has, and does not say so. */
  static byte[] onnx() {
    OnnxGraph graph = new OnnxGraph("liar");
    String input = graph.input("x", DataType.FLOAT, 1, 3, SIZE, SIZE);
    String flat = graph.node("Reshape", "y", input, graph.constant("flat", 1, 1, SIZE, 3L * SIZE));
    graph.output(flat, DataType.FLOAT);
    return graph.toBytes(Map.of());
  }
}
