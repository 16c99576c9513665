package io.gpenstreams.model;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A face recognition model that tells how similar two faces are. Any model of ArcFace's kind fits:
 * it takes {@code [N,3,112,112]} float RGB in −1…1 and gives one vector per face. Owns its session,
 * which runs on the CPU with one thread per call. Thread-safe.
 */
public final class IdentityModel implements AutoCloseable {
  /** The side of its pictures in pixels. */
  public static final int SIDE = 112;

  private static final int CHANNELS = 3;
  private static final int LEAST_NUMBERS = 16;
  private static final int MOST_NUMBERS = 8192;

  private final String source;
  private final OrtSession session;
  private final String input;

  private IdentityModel(String source, OrtSession session, String input) {
    this.source = source;
    this.session = session;
    this.input = input;
  }

  /**
   * Loads a model file, and tries it on a test face.
   *
   * @throws ModelException if the file does not exist, is not ONNX, is not of this kind, or gives
   *     no usable vector
   */
  public static IdentityModel open(Path file) {
    String source = file.toString();
    OnnxFile outline = OnnxFile.read(file);
    requireKind(source, outline);
    OrtEnvironment environment = OnnxRuntime.environment();
    IdentityModel model;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      OrtSession session = environment.createSession(source, options);
      model = new IdentityModel(source, session, outline.inputs().get(0).name());
    } catch (OrtException e) {
      throw new ModelException(
          "Identity model %s cannot be loaded: %s".formatted(source, RootMessage.of(e)), e);
    }
    try {
      model.tryOut();
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static void requireKind(String source, OnnxFile file) {
    boolean right =
        file.inputs().size() == 1
            && file.outputs().size() == 1
            && isFaces(file.inputs().get(0))
            && file.outputs().get(0).type().equals("float");
    if (!right) {
      throw new ModelException(
          "Identity model %s must have one input float[N,3,112,112] and one output float, not %s and %s"
              .formatted(
                  source,
                  Excerpt.of(file.inputs().toString(), 200),
                  Excerpt.of(file.outputs().toString(), 200)));
    }
  }

  private static boolean isFaces(OnnxFile.Value value) {
    List<Long> shape = value.shape();
    return value.type().equals("float")
        && shape.size() == 4
        && (shape.get(0) == OnnxGraph.DYNAMIC || shape.get(0) == 1)
        && shape.get(1) == CHANNELS
        && isSide(shape.get(2))
        && isSide(shape.get(3));
  }

  private static boolean isSide(long size) {
    return size == SIDE || size == OnnxGraph.DYNAMIC;
  }

  private void tryOut() {
    try (Mat face = TestFace.draw(SIDE)) {
      vector(face);
    }
  }

  /**
   * The similarity of two faces.
   *
   * @param before 8-bit RGB, {@code SIDE × SIDE}, aligned as ArcFace was trained
   * @param after likewise
   * @return the cosine of the angle between their vectors, −1…1
   * @throws ModelException if the model fails or gives no usable vector
   */
  public double similarity(Mat before, Mat after) {
    return cosine(vector(before), vector(after));
  }

  private static double cosine(float[] a, float[] b) {
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
      ab += (double) a[i] * b[i];
    }
    return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
  }

  private float[] vector(Mat face) {
    FloatBuffer planes = planes(face);
    long[] shape = {1, CHANNELS, SIDE, SIDE};
    try (OnnxTensor tensor = OnnxTensor.createTensor(OnnxRuntime.environment(), planes, shape);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      if (!(result.get(0) instanceof OnnxTensor output)) {
        throw new ModelException("Identity model " + source + " gives no tensor");
      }
      return usable(output.getFloatBuffer());
    } catch (OrtException e) {
      throw new ModelException(
          "Identity model %s failed: %s".formatted(source, RootMessage.of(e)), e);
    }
  }

  private float[] usable(FloatBuffer output) {
    int numbers = output == null ? 0 : output.remaining();
    if (numbers < LEAST_NUMBERS || numbers > MOST_NUMBERS) {
      throw new ModelException(
          "Identity model %s gives %d numbers for a face; %d to %d are expected"
              .formatted(source, numbers, LEAST_NUMBERS, MOST_NUMBERS));
    }
    float[] vector = new float[numbers];
    output.get(vector);
    double length = 0;
    for (float value : vector) {
      length += (double) value * value;
    }
    if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
      throw new ModelException("Identity model " + source + " gives no finite vector for a face");
    }
    return vector;
  }

  private static FloatBuffer planes(Mat face) {
    FloatBuffer planes = FloatBuffer.allocate(CHANNELS * SIDE * SIDE);
    try (Mat floats = new Mat()) {
      face.convertTo(floats, CV_32FC3, 1 / 127.5, -1);
      FloatBuffer pixels = floats.createBuffer();
      for (int i = 0; i < SIDE * SIDE; i++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          planes.put(channel * SIDE * SIDE + i, pixels.get());
        }
      }
    }
    return planes;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException(
          "Identity model %s cannot be closed: %s".formatted(source, RootMessage.of(e)), e);
    }
  }
}
