package io.gpenstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LargeOnnxTest {
  private static final Map<String, String> METADATA = Map.of("b", "2", "a", "1");

  @Test
  void givesTheBytesOfAGraphInMemory() throws IOException {
    OnnxGraph graph = new OnnxGraph("sum");
    describe(graph, 100_000);
    assertThat(written(new LargeOnnx("sum", g -> describe(g, 100_000))))
        .isEqualTo(graph.toBytes(METADATA));
  }

  @Test
  void aDescriptionThatChangesIsNoModel() {
    AtomicInteger size = new AtomicInteger(10);
    LargeOnnx model = new LargeOnnx("sum", g -> describe(g, size.getAndIncrement()));
    assertThatIllegalStateException()
        .isThrownBy(() -> written(model))
        .withMessage("sum changed while it was written");
  }

  @Test
  void aFullDiskIsSeen() {
    LargeOnnx model = new LargeOnnx("sum", g -> describe(g, 100_000));
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> model.writeTo(full, METADATA))
        .withMessage("No space left on device");
  }

  @Test
  void holdsOneConstantAtATime() throws IOException {
    int constants = 40;
    int size = 1 << 21;
    long[] mostUsed = {0};
    long before = usedHeap();
    new LargeOnnx(
            "many",
            graph -> {
              for (int i = 0; i < constants; i++) {
                graph.constant("w" + i, new float[size], size);
              }
              mostUsed[0] = Math.max(mostUsed[0], usedHeap());
            })
        .writeTo(OutputStream.nullOutputStream(), METADATA);
    assertThat(mostUsed[0] - before).isLessThan(constants * (long) size * Float.BYTES / 4);
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void describe(OnnxGraph graph, int size) {
    String x = graph.input("x", DataType.FLOAT, OnnxGraph.DYNAMIC, size);
    String first = graph.node("Add", "first", x, graph.constant("w", new float[size], size));
    String shape = graph.constant("shape", 0, -1);
    String second = graph.node("Reshape", "second", first, shape);
    graph.output(second, DataType.FLOAT, OnnxGraph.DYNAMIC, size);
  }

  private static byte[] written(LargeOnnx model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.writeTo(bytes, METADATA);
    return bytes.toByteArray();
  }
}
