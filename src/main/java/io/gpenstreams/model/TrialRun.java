package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpenstreams.model.ModelInfo.Layout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The first run of a model that has just been written, on a blank face and on the CPU. It sees what
 * is no number before that becomes some level of grey. What overflows in float16 for other faces or
 * on other devices it need not see: here ONNX Runtime keeps values in float32 between some nodes.
 */
public final class TrialRun {
  private static final byte GREY = (byte) 128;

  private final String source;
  private final ModelInfo info;

  private TrialRun(String source, ModelInfo info) {
    this.source = source;
    this.info = info;
  }

  /**
   * Runs a model file, which is afterwards as it was.
   *
   * @param source what errors call the file
   * @throws ModelException if it is no restorer, if ONNX Runtime does not load and run it, or if it
   *     gives something else than numbers
   */
  public static ModelInfo of(String source, Path file) throws IOException {
    ModelInfo info = ModelInfo.of(source, source, OnnxFile.read(file));
    long size = Files.size(file);
    Files.write(file, watched(file), StandardOpenOption.APPEND);
    try {
      new TrialRun(source, info).run(file);
    } catch (OrtException e) {
      throw new ModelException(
          "%s cannot be run by ONNX Runtime: %s".formatted(source, e.getMessage()), e);
    } finally {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }
    return info;
  }

  /**
   * Further outputs: what is clipped, since clipping is where infinity gets lost. Protobuf messages
   * that follow each other are one, so that this need only be appended to a model.
   */
  private static byte[] watched(Path file) throws IOException {
    GraphProto.Builder outputs = GraphProto.newBuilder();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (NodeProto node : OnnxOutline.read(in).getGraph().getNodeList()) {
        if (node.getOpType().equals("Clip")) {
          outputs.addOutput(ValueInfoProto.newBuilder().setName(node.getInput(0)));
        }
      }
    }
    return ModelProto.newBuilder().setGraph(outputs).build().toByteArray();
  }

  private void run(Path file) throws OrtException {
    try (OrtSession.SessionOptions options = options();
        OrtSession session = OnnxRuntime.environment().createSession(file.toString(), options);
        OnnxTensor face = blank();
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), face))) {
      requireFace((OnnxTensor) result.get(0));
      for (Map.Entry<String, OnnxValue> output : result) {
        OnnxTensor value = (OnnxTensor) output.getValue();
        if (value.getInfo().type != OnnxJavaType.UINT8) {
          requireNumbers(value.getFloatBuffer());
        }
      }
    }
  }

  /**
   * Memory counts more than time in a single run: tensors are given back at once, and weights are
   * neither laid out nor multiplied out beforehand. The function is the same.
   */
  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options =
        Device.cpu().sessionOptions(Precision.FP32, Optional.empty());
    options.setCPUArenaAllocator(false);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
    // One operator after the other, ONNX Runtime would keep the memory of a value for the next of
    // the same size, which in bands of rows is most of it.
    options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.PARALLEL);
    options.setInterOpNumThreads(2);
    return options;
  }

  private OnnxTensor blank() throws OrtException {
    OrtEnvironment environment = OnnxRuntime.environment();
    int size = info.size();
    if (info.layout() == Layout.UINT8) {
      byte[] pixels = new byte[3 * size * size];
      Arrays.fill(pixels, GREY);
      long[] shape = {1, size, size, 3};
      return OnnxTensor.createTensor(
          environment, ByteBuffer.wrap(pixels), shape, OnnxJavaType.UINT8);
    }
    long[] shape = {1, 3, size, size};
    return OnnxTensor.createTensor(environment, FloatBuffer.allocate(3 * size * size), shape);
  }

  private void requireFace(OnnxTensor face) {
    long size = info.size();
    List<Long> expected =
        info.layout() == Layout.UINT8 ? List.of(1L, size, size, 3L) : List.of(1L, 3L, size, size);
    List<Long> given = Arrays.stream(face.getInfo().getShape()).boxed().toList();
    if (!given.equals(expected)) {
      throw new ModelException("%s gave %s and not %s".formatted(source, given, expected));
    }
  }

  private void requireNumbers(FloatBuffer values) {
    while (values.hasRemaining()) {
      float value = values.get();
      if (!Float.isFinite(value)) {
        throw new ModelException(
            "%s gave %s for a blank face: its weights are too large for %s"
                .formatted(source, value, info.precision()));
      }
    }
  }
}
