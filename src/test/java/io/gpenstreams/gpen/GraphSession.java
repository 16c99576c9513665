package io.gpenstreams.gpen;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpenstreams.model.ServiceSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/** A graph in ONNX Runtime, for the floats that a {@code Restorer} rounds. */
public final class GraphSession implements AutoCloseable {
  private final OrtSession session;

  /** Loads it on the CPU. */
  public GraphSession(byte[] onnx) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      session = ServiceSession.environment().createSession(onnx, options);
    }
  }

  /** A batch of images {@code [3,S,S]}, one after the other. */
  public float[] run(float[] images, int size) throws OrtException {
    long[] shape = {images.length / (3L * size * size), 3, size, size};
    try (OnnxTensor input =
            OnnxTensor.createTensor(ServiceSession.environment(), FloatBuffer.wrap(images), shape);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[output.remaining()];
      output.get(values);
      return values;
    }
  }

  /** A batch of images {@code [S,S,3]}, one after the other. */
  public byte[] run(byte[] images, int size) throws OrtException {
    long[] shape = {images.length / (3L * size * size), size, size, 3};
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                ServiceSession.environment(), ByteBuffer.wrap(images), shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      ByteBuffer output = ((OnnxTensor) result.get(0)).getByteBuffer();
      byte[] values = new byte[output.remaining()];
      output.get(values);
      return values;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
