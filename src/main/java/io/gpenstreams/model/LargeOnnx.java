package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A model that is written with only one constant in memory at a time. Its graph is described twice:
 * first for the nodes and sizes, which come first in the file, and then for the constants, each of
 * which is written at once.
 */
public final class LargeOnnx {
  private final String name;
  private final Consumer<OnnxGraph> description;
  private final GraphProto outline;
  private final long constants;

  /**
   * Describes the graph for the first time.
   *
   * @param description a function that gives the same graph on each call
   */
  public LargeOnnx(String name, Consumer<OnnxGraph> description) {
    this.name = name;
    this.description = description;
    long[] bytes = {0};
    this.outline = describe(tensor -> bytes[0] += size(tensor));
    this.constants = bytes[0];
  }

  /**
   * Describes the graph for the second time, and writes the bytes that {@link OnnxGraph#toBytes}
   * would give.
   *
   * @throws ModelException if the model is larger than an ONNX file can be
   */
  public void writeTo(OutputStream out, Map<String, String> metadata) throws IOException {
    ModelProto model = OnnxGraph.model(metadata).build();
    CodedOutputStream coded = CodedOutputStream.newInstance(out, 1 << 16);
    // In the order of field numbers, as other writers have them.
    model.toBuilder().clearOpsetImport().clearMetadataProps().build().writeTo(coded);
    coded.writeTag(ModelProto.GRAPH_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    coded.writeUInt32NoTag(graphSize());
    outline.toBuilder().clearInput().clearOutput().build().writeTo(coded);
    writeConstants(coded);
    outline.toBuilder().clearNode().clearName().build().writeTo(coded);
    model.toBuilder().clearIrVersion().clearProducerName().build().writeTo(coded);
    coded.flush();
  }

  private int graphSize() {
    long size = outline.getSerializedSize() + constants;
    if (size > Integer.MAX_VALUE) {
      throw new ModelException(
          "%s would have %,d bytes, and no ONNX file has more than 2 GiB".formatted(name, size));
    }
    return (int) size;
  }

  private void writeConstants(CodedOutputStream coded) throws IOException {
    long start = coded.getTotalBytesWritten();
    try {
      describe(tensor -> write(coded, tensor));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (coded.getTotalBytesWritten() - start != Math.toIntExact(constants)) {
      throw new IllegalStateException(name + " changed while it was written");
    }
  }

  private GraphProto describe(Consumer<TensorProto> sink) {
    OnnxGraph graph = new OnnxGraph(name, sink);
    description.accept(graph);
    return graph.toProto();
  }

  private static long size(TensorProto tensor) {
    return CodedOutputStream.computeMessageSize(GraphProto.INITIALIZER_FIELD_NUMBER, tensor);
  }

  private static void write(CodedOutputStream coded, TensorProto tensor) {
    try {
      coded.writeMessage(GraphProto.INITIALIZER_FIELD_NUMBER, tensor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
