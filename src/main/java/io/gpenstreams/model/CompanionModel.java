package io.gpenstreams.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A detector, a parser or a background model of {@code gpen import} on one device. Owns its
 * session. Safe for any number of threads, which take turns in the order of asking: values of one
 * run can take a gigabyte.
 */
public final class CompanionModel implements AutoCloseable {
  private static final String INPUT = "input";
  private static final int CHANNELS = 3;

  private final String source;
  private final CompanionInfo info;
  private final OrtSession session;
  private final ModelTurn turn = new ModelTurn();

  private CompanionModel(String source, CompanionInfo info, OrtSession session) {
    this.source = source;
    this.info = info;
    this.session = session;
  }

  /**
   * Loads a model file.
   *
   * @throws ModelException if it is not there, no ONNX, not of this kind, or cannot be loaded
   */
  public static CompanionModel open(Path file, ModelKind kind, Device device) {
    String source = file.toString();
    CompanionInfo info = CompanionInfo.of(source, kind, OnnxFile.read(file));
    // DJL fails where it is not the one to make the environment.
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions options = device.sessionOptionsForAnySize()) {
      return new CompanionModel(source, info, environment.createSession(source, options));
    } catch (OrtException e) {
      throw new ModelException(
          "Model %s cannot be loaded by ONNX Runtime on %s: %s"
              .formatted(source, device.label(), RootMessage.of(e)),
          e);
    }
  }

  /** What the model says of itself. */
  public CompanionInfo info() {
    return info;
  }

  /**
   * Runs it on one picture.
   *
   * @param picture 8-bit RGB, continuous
   * @param reading takes from the outputs what is wanted; they are closed afterwards
   * @throws ModelException if the model fails, or gives something else than is read
   */
  public <T> T run(Mat picture, Function<Outputs, T> reading) {
    return inTurn(() -> compute(picture, reading));
  }

  /**
   * Does something around a run as soon as the model is free, and keeps it until that is done.
   *
   * @throws ModelException if the model is halted
   */
  public <T> T inTurn(Supplier<T> work) {
    return turn.take(info.name(), work);
  }

  /**
   * Lets no run begin any more and waits for the current one.
   *
   * @param patience the longest time to wait
   */
  public void halt(Duration patience) {
    turn.halt(patience);
  }

  private <T> T compute(Mat picture, Function<Outputs, T> reading) {
    ByteBuffer pixels = picture.createBuffer();
    long[] shape = {1, picture.rows(), picture.cols(), CHANNELS};
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OnnxRuntime.environment(), pixels, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of(INPUT, tensor))) {
      return reading.apply(new Outputs(source, result));
    } catch (OrtException e) {
      throw new ModelException("Model %s failed: %s".formatted(source, RootMessage.of(e)), e);
    }
  }

  /** What a run gave. */
  public static final class Outputs {
    private final String source;
    private final OrtSession.Result result;

    private Outputs(String source, OrtSession.Result result) {
      this.source = source;
      this.result = result;
    }

    /**
     * An output of floats.
     *
     * @throws ModelException if there is none of this name and shape
     */
    public float[] floats(String name, long... shape) {
      FloatBuffer buffer = tensor(name, OnnxJavaType.FLOAT, shape).getFloatBuffer();
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return values;
    }

    /**
     * An output of bytes.
     *
     * @throws ModelException if there is none of this name and shape
     */
    public byte[] bytes(String name, long... shape) {
      ByteBuffer buffer = tensor(name, OnnxJavaType.UINT8, shape).getByteBuffer();
      byte[] values = new byte[buffer.remaining()];
      buffer.get(values);
      return values;
    }

    private OnnxTensor tensor(String name, OnnxJavaType type, long... shape) {
      if (result.get(name).orElse(null) instanceof OnnxTensor tensor
          && tensor.getInfo().type == type
          && Arrays.equals(tensor.getInfo().getShape(), shape)) {
        return tensor;
      }
      throw new ModelException(
          "Model %s gives no output %s of %s%s"
              .formatted(source, name, type, Arrays.toString(shape)));
    }
  }

  @Override
  public void close() {
    turn.close(this::closeSession);
  }

  private void closeSession() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException(
          "Model %s cannot be closed: %s".formatted(source, RootMessage.of(e)), e);
    }
  }
}
