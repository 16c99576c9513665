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
import java.util.Set;

/**
 * The first run of a model that has just been written, on a blank face and on the CPU. It sees what
 * is no number before that becomes some level of grey. What overflows in float16 for other faces or
 * on other devices it need not see: here ONNX Runtime keeps values in float32 between some nodes.
 */
public final class TrialRun {
  private static final byte GREY = (byte) 128;
  private static final Set<String> LOSING = Set.of("Clip", "ArgMax");

  /** Neither side is a multiple of what networks halve their pictures by. */
  private static final int HEIGHT = 45;

  private static final int WIDTH = 70;

  private final String source;
  private final String precision;
  private final Layout layout;
  private final int height;
  private final int width;

  private TrialRun(String source, String precision, Layout layout, int height, int width) {
    this.source = source;
    this.precision = precision;
    this.layout = layout;
    this.height = height;
    this.width = width;
  }

  /**
   * Runs a restorer's file, which is afterwards as it was.
   *
   * @param source what errors call the file
   * @throws ModelException if it is no restorer, if ONNX Runtime does not load and run it, or if it
   *     gives something else than numbers
   */
  public static ModelInfo of(String source, Path file) throws IOException {
    ModelInfo info = ModelInfo.of(source, source, OnnxFile.read(file));
    List<Long> face =
        info.layout() == Layout.UINT8
            ? List.of(1L, (long) info.size(), (long) info.size(), 3L)
            : List.of(1L, 3L, (long) info.size(), (long) info.size());
    new TrialRun(source, info.precision(), info.layout(), info.size(), info.size())
        .run(file, Optional.of(face));
    return info;
  }

  /**
   * Runs the file of a detector, a parser or a background model, which is afterwards as it was.
   *
   * @param source what errors call the file
   * @throws ModelException if it is none of this kind, if ONNX Runtime does not load and run it, or
   *     if it gives something else than numbers
   */
  public static CompanionInfo of(String source, ModelKind kind, Path file) throws IOException {
    CompanionInfo info = CompanionInfo.of(source, kind, OnnxFile.read(file));
    Optional<List<Long>> result =
        switch (kind) {
          case PARSER -> Optional.of(List.of(1L, (long) HEIGHT, (long) WIDTH));
          case BACKGROUND ->
              Optional.of(
                  List.of(1L, (long) info.scale() * HEIGHT, (long) info.scale() * WIDTH, 3L));
          default -> Optional.empty();
        };
    new TrialRun(source, info.precision(), Layout.UINT8, HEIGHT, WIDTH).run(file, result);
    return info;
  }

  private void run(Path file, Optional<List<Long>> result) throws IOException {
    long size = Files.size(file);
    Files.write(file, watched(file), StandardOpenOption.APPEND);
    try {
      runWatched(file, result);
    } catch (OrtException e) {
      throw new ModelException(
          "%s cannot be run by ONNX Runtime: %s".formatted(source, e.getMessage()), e);
    } finally {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
    }
  }

  /**
   * Further outputs: what is clipped or compared, since there infinity gets lost. Protobuf messages
   * that follow each other are one, so that this need only be appended to a model.
   */
  private static byte[] watched(Path file) throws IOException {
    GraphProto.Builder outputs = GraphProto.newBuilder();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (NodeProto node : OnnxOutline.read(in).getGraph().getNodeList()) {
        if (LOSING.contains(node.getOpType())) {
          outputs.addOutput(ValueInfoProto.newBuilder().setName(node.getInput(0)));
        }
      }
    }
    return ModelProto.newBuilder().setGraph(outputs).build().toByteArray();
  }

  private void runWatched(Path file, Optional<List<Long>> expected) throws OrtException {
    try (OrtSession.SessionOptions options = options();
        OrtSession session = OnnxRuntime.environment().createSession(file.toString(), options);
        OnnxTensor face = blank();
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), face))) {
      expected.ifPresent(shape -> requireShape((OnnxTensor) result.get(0), shape));
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
    if (layout == Layout.UINT8) {
      byte[] pixels = new byte[3 * height * width];
      Arrays.fill(pixels, GREY);
      long[] shape = {1, height, width, 3};
      return OnnxTensor.createTensor(
          environment, ByteBuffer.wrap(pixels), shape, OnnxJavaType.UINT8);
    }
    long[] shape = {1, 3, height, width};
    return OnnxTensor.createTensor(environment, FloatBuffer.allocate(3 * height * width), shape);
  }

  private void requireShape(OnnxTensor result, List<Long> expected) {
    List<Long> given = Arrays.stream(result.getInfo().getShape()).boxed().toList();
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
                .formatted(source, value, precision));
      }
    }
  }
}
