package io.gpenstreams.model;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * One loaded model on one device. Owns the ONNX Runtime session behind DJL; a device holds one
 * session, and faces take turns on it.
 */
public final class Restorer implements FaceModel {
  private static final String ENGINE = "OnnxRuntime";

  private final ModelInfo info;
  private final Device device;
  private final Model model;
  private final Predictor<NDList, NDList> predictor;

  private Restorer(ModelInfo info, Device device, Model model) {
    this.info = info;
    this.device = device;
    this.model = model;
    this.predictor = model.newPredictor(new NoopTranslator(null));
  }

  /**
   * Loads the built-in model.
   *
   * @param size side of its crops in pixels
   */
  public static Restorer builtin(int size, Device device) {
    byte[] onnx = DetailEnhancer.onnx(size);
    ModelInfo info =
        ModelInfo.of(
            DetailEnhancer.NAME, DetailEnhancer.NAME, OnnxFile.read(DetailEnhancer.NAME, onnx));
    return open(
        info.name(),
        info,
        device,
        (model, options) -> model.load(new ByteArrayInputStream(onnx), options));
  }

  /**
   * Loads a model file: an imported one, or one exported by another tool.
   *
   * @throws ModelException if it is not there, no ONNX, or no restorer
   */
  public static Restorer open(Path file, Device device) {
    String name = file.getFileName().toString().replaceFirst("\\.onnx$", "");
    ModelInfo info = ModelInfo.of(file.toString(), name, OnnxFile.read(file));
    return open(file.toString(), info, device, (model, options) -> model.load(file, null, options));
  }

  private static Restorer open(String source, ModelInfo info, Device device, Loading loading) {
    // DJL reports its start to its makers unless told not to; machines with people's photos report
    // to nobody.
    System.setProperty("OPT_OUT_TRACKING", "true");
    // Named, because DJL would otherwise look for a GPU by itself and warn that there is none.
    ai.djl.Device place =
        device.isCuda() ? ai.djl.Device.gpu(device.ordinal()) : ai.djl.Device.cpu();
    Model model = Model.newInstance(info.name(), place, ENGINE);
    try {
      loading.load(model, Map.of("sessionOptions", device.sessionOptions()));
      return new Restorer(info, device, model);
    } catch (IOException | MalformedModelException | OrtException | RuntimeException e) {
      model.close();
      throw new ModelException(
          "Model %s cannot be loaded by ONNX Runtime on %s: %s"
              .formatted(source, device.label(), oneLine(e)),
          e);
    }
  }

  // DJL wraps; what was first to fail says the most.
  private static String oneLine(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return String.valueOf(first.getMessage()).replaceAll("\\s+", " ").strip();
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public Device device() {
    return device;
  }

  /**
   * Restores one face.
   *
   * @param crop 8-bit RGB, {@code size × size}, continuous
   * @return the same kind of picture; the caller closes it
   * @throws ModelException if the model fails or gives something else than a picture of that size
   */
  public synchronized Mat restore(Mat crop) {
    int size = info.size();
    if (crop.rows() != size || crop.cols() != size || crop.type() != CV_8UC3) {
      throw new IllegalArgumentException(
          "A crop of %d×%d 8-bit RGB is needed".formatted(size, size));
    }
    try (NDManager manager = model.getNDManager().newSubManager();
        NDArray input = input(manager, crop);
        NDList output = predictor.predict(new NDList(input))) {
      return picture(output.singletonOrThrow());
    } catch (TranslateException e) {
      throw new ModelException("Model " + info.name() + " failed on a face", e);
    }
  }

  @Override
  public List<Mat> restore(List<Mat> crops) {
    return crops.stream().map(this::restore).toList();
  }

  private NDArray input(NDManager manager, Mat crop) {
    int size = info.size();
    ByteBuffer pixels = crop.createBuffer();
    if (info.layout() == ModelInfo.Layout.UINT8) {
      return manager.create(pixels, new Shape(1, size, size, 3), DataType.UINT8);
    }
    int plane = size * size;
    FloatBuffer planes = manager.allocateDirect(3 * plane * Float.BYTES).asFloatBuffer();
    for (int i = 0; i < plane; i++) {
      for (int channel = 0; channel < 3; channel++) {
        planes.put(
            channel * plane + i, Byte.toUnsignedInt(pixels.get(3 * i + channel)) / 127.5f - 1);
      }
    }
    return manager.create(planes, new Shape(1, 3, size, size), DataType.FLOAT32);
  }

  private Mat picture(NDArray output) {
    int size = info.size();
    Shape expected =
        info.layout() == ModelInfo.Layout.UINT8
            ? new Shape(1, size, size, 3)
            : new Shape(1, 3, size, size);
    if (!output.getShape().equals(expected)) {
      throw new ModelException(
          "Model %s gave %s and not %s".formatted(info.name(), output.getShape(), expected));
    }
    if (output.getDataType() != dataType()) {
      throw new ModelException(
          "Model %s gave %s and not %s".formatted(info.name(), output.getDataType(), dataType()));
    }
    Mat picture = new Mat(size, size, CV_8UC3);
    try {
      fill(picture.createBuffer(), output.toByteBuffer());
      return picture;
    } catch (RuntimeException e) {
      picture.close();
      throw e;
    }
  }

  private DataType dataType() {
    return info.layout() == ModelInfo.Layout.UINT8 ? DataType.UINT8 : DataType.FLOAT32;
  }

  private void fill(ByteBuffer pixels, ByteBuffer values) {
    if (info.layout() == ModelInfo.Layout.UINT8) {
      pixels.put(values);
      return;
    }
    FloatBuffer planes = values.asFloatBuffer();
    int plane = info.size() * info.size();
    for (int i = 0; i < plane; i++) {
      for (int channel = 0; channel < 3; channel++) {
        float level = (planes.get(channel * plane + i) + 1) * 127.5f;
        // Written so that NaN becomes black and not an arbitrary level.
        int rounded = level > 0 ? Math.min(255, Math.round(level)) : 0;
        pixels.put(3 * i + channel, (byte) rounded);
      }
    }
  }

  @Override
  public synchronized void close() {
    predictor.close();
    model.close();
  }

  @FunctionalInterface
  private interface Loading {
    void load(Model model, Map<String, Object> options) throws IOException, MalformedModelException;
  }
}
