package io.gpenstreams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Arrays of NumPy's format 1.0 in row-major order. */
public final class Npy {
  private static final int HEADER_LENGTH_AT = 8;
  private static final int HEADER_AT = 10;

  private Npy() {}

  /** An array of uint8. */
  public static byte[] bytes(Path file) throws IOException {
    ByteBuffer data = data(file);
    byte[] values = new byte[data.remaining()];
    data.get(values);
    return values;
  }

  /** An array of float32. */
  public static float[] floats(Path file) throws IOException {
    ByteBuffer data = data(file);
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer data(Path file) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int start = HEADER_AT + all.getShort(HEADER_LENGTH_AT);
    return all.position(start).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
