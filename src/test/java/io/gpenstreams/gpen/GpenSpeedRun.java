package io.gpenstreams.gpen;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.ServiceSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One model in a process of its own, for {@link GpenSpeedBenchmark}: nothing that ran before it has
 * touched memory or counts in its peak. Prints the milliseconds of the first face, the median and
 * the least of the steady ones, and its peak memory in bytes.
 */
final class GpenSpeedRun {
  private GpenSpeedRun() {}

  /**
   * Measures.
   *
   * @param arguments model file, layout, side of the image, number of steady faces, file for what
   *     the first face became
   */
  public static void main(String[] arguments) throws Exception {
    Layout layout = Layout.valueOf(arguments[1]);
    int size = Integer.parseInt(arguments[2]);
    int faces = Integer.parseInt(arguments[3]);
    try (OrtSession session = ServiceSession.open(Path.of(arguments[0]), Device.cpu());
        OnnxTensor image = image(layout, size)) {
      long begin = System.nanoTime();
      try (OrtSession.Result result = session.run(Map.of("input", image))) {
        double first = millisSince(begin);
        save((OnnxTensor) result.get(0), Path.of(arguments[4]));
        report(first, steady(session, image, faces));
      }
    }
  }

  private static double[] steady(OrtSession session, OnnxTensor image, int faces)
      throws OrtException {
    // The second run still touches new memory, so it is not steady yet.
    session.run(Map.of("input", image)).close();
    double[] millis = new double[faces];
    for (int i = 0; i < faces; i++) {
      long begin = System.nanoTime();
      session.run(Map.of("input", image)).close();
      millis[i] = millisSince(begin);
    }
    Arrays.sort(millis);
    return millis;
  }

  private static void report(double first, double[] sorted) throws Exception {
    long peak;
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      peak =
          lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
              .findFirst()
              .orElse(0);
    }
    System.out.printf("%s %s %s %d%n", first, sorted[sorted.length / 2], sorted[0], peak);
  }

  private static OnnxTensor image(Layout layout, int size) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    byte[] levels = ModelImages.waves(1, size);
    if (layout == Layout.UINT8) {
      ByteBuffer buffer = direct(levels.length).put(levels).rewind();
      return OnnxTensor.createTensor(
          environment, buffer, new long[] {1, size, size, 3}, OnnxJavaType.UINT8);
    }
    ByteBuffer buffer = direct(levels.length * Float.BYTES);
    buffer.asFloatBuffer().put(ModelImages.normalised(levels, size));
    return OnnxTensor.createTensor(
        environment, buffer.asFloatBuffer(), new long[] {1, 3, size, size});
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static void save(OnnxTensor output, Path file) throws Exception {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = output.getByteBuffer();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static double millisSince(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
