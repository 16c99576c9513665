package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model as large as GPEN-BFR-2048, of which little must ever be in memory. */
class OnnxFileHeapTest {
  private static final int ELEMENTS = 71_250_000;
  private static final long ALLOWED = 1 << 20;

  @TempDir private Path folder;

  @Test
  void readsALargeFileInLittleHeap() throws IOException {
    Path file = sparse();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    OnnxFile warmUp = OnnxFile.read(file);
    long before = threads.getCurrentThreadAllocatedBytes();
    OnnxFile read = OnnxFile.read(file);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(read).isEqualTo(warmUp);
    assertThat(read.parameters()).isEqualTo(ELEMENTS);
    assertThat(allocated).isLessThan(ALLOWED);
  }

  /** Its weights come last, for a file system to fill with zeroes. */
  private Path sparse() throws IOException {
    ModelProto model = ModelProto.parseFrom(OnnxModels.floats("Neg", 64, Map.of()));
    TensorProto tensor =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addDims(ELEMENTS)
            .build();
    long bytes = (long) ELEMENTS * Float.BYTES;
    byte[] raw = before(tensor.toByteArray(), TensorProto.RAW_DATA_FIELD_NUMBER, bytes);
    byte[] initializer =
        before(
            model.getGraph().toByteArray(),
            GraphProto.INITIALIZER_FIELD_NUMBER,
            raw.length + bytes,
            raw);
    byte[] head =
        before(
            model.toBuilder().clearGraph().build().toByteArray(),
            ModelProto.GRAPH_FIELD_NUMBER,
            initializer.length + bytes,
            initializer);
    Path file = folder.resolve("large.onnx");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(head));
      channel.write(ByteBuffer.allocate(1), head.length + bytes - 1);
    }
    return file;
  }

  private static byte[] before(byte[] message, int field, long length, byte... content)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(message);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt64NoTag(length);
    out.flush();
    bytes.write(content);
    return bytes.toByteArray();
  }
}
