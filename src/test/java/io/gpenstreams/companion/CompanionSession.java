package io.gpenstreams.companion;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.ServiceSession;
import io.gpenstreams.torch.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/** An imported network in ONNX Runtime, of which inner values can be seen too. */
final class CompanionSession implements AutoCloseable {
  private static final String CHECKPOINT = "0".repeat(64);

  private final OrtSession session;

  /**
   * Loads it on the CPU.
   *
   * @param inner names of further values to give
   */
  CompanionSession(Tensors tensors, Precision precision, String... inner)
      throws IOException, OrtException {
    ModelProto.Builder model = ModelProto.parseFrom(bytes(tensors, precision)).toBuilder();
    for (String name : inner) {
      model.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(name));
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      session = ServiceSession.environment().createSession(model.build().toByteArray(), options);
    }
  }

  /** The model file. */
  static byte[] bytes(Tensors tensors, Precision precision) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CompanionGraph.of(tensors).orElseThrow().writeTo(out, precision, CHECKPOINT);
    return out.toByteArray();
  }

  /**
   * Runs it on pictures {@code [N,H,W,3]}.
   *
   * @return the caller closes it
   */
  OrtSession.Result run(byte[] pixels, int height, int width) throws OrtException {
    long[] shape = {pixels.length / (3L * height * width), height, width, 3};
    try (OnnxTensor input =
        OnnxTensor.createTensor(
            ServiceSession.environment(), ByteBuffer.wrap(pixels), shape, OnnxJavaType.UINT8)) {
      return session.run(Map.of("input", input));
    }
  }

  static float[] floats(OrtSession.Result result, String name) {
    FloatBuffer buffer = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  static byte[] bytes(OrtSession.Result result, String name) {
    ByteBuffer buffer = ((OnnxTensor) result.get(name).orElseThrow()).getByteBuffer();
    byte[] values = new byte[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  static long[] shape(OrtSession.Result result, String name) {
    return ((OnnxTensor) result.get(name).orElseThrow()).getInfo().getShape();
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
