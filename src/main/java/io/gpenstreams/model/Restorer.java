package io.gpenstreams.model;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jboss.logging.Logger;

/**
 * A loaded model on a device. Owns the ONNX Runtime session behind DJL. A device has one session,
 * which one thread at a time runs: the one that has its {@code turn}.
 */
public final class Restorer implements FaceModel {
  private static final Logger LOG = Logger.getLogger(Restorer.class);

  private final ModelInfo info;
  private final boolean batches;
  private final Device device;
  private final FaceTensors tensors;
  private final Model model;
  private final Predictor<NDList, NDList> predictor;
  private final Duration firstFace;
  private final ModelTurn turn = new ModelTurn();

  /**
   * Takes over a loaded model, and tries it on a test face. So a model that does not work is found
   * before the first photo.
   *
   * @param source what errors call the file
   */
  private Restorer(String source, ModelInfo info, boolean batches, Device device, Model model) {
    this.info = info;
    this.batches = batches;
    this.device = device;
    this.tensors = new FaceTensors(info, info.name(), "a face");
    this.model = model;
    this.predictor = model.newPredictor(new NoopTranslator(null));
    try {
      this.firstFace = tryOut(new FaceTensors(info, source, "a test face"));
    } catch (RuntimeException e) {
      predictor.close();
      throw e;
    }
  }

  private Duration tryOut(FaceTensors trial) {
    try (Mat face = TestFace.draw(info.size())) {
      long begin = System.nanoTime();
      try (RestoredCrop restored = run(List.of(face), 1, trial).get(0)) {
        restored.picture().close();
      }
      return Duration.ofNanos(System.nanoTime() - begin);
    }
  }

  /**
   * Loads the built-in model.
   *
   * @param size the side of its crops in pixels
   */
  public static Restorer builtin(int size, Device device) {
    byte[] onnx = DetailEnhancer.onnx(size);
    String name = DetailEnhancer.NAME;
    return open(
        name,
        name,
        OnnxFile.read(name, onnx),
        device,
        (model, options) -> OnnxRuntime.load(model, onnx, options));
  }

  /**
   * Loads a model file, from {@code gpen import} or another tool.
   *
   * @throws ModelException if the file does not exist, is not ONNX, has impossible metadata, or
   *     gives no picture for a test face
   */
  public static Restorer open(Path file, Device device) {
    String name = file.getFileName().toString().replaceFirst("\\.onnx$", "");
    return open(
        file.toString(),
        name,
        OnnxFile.read(file),
        device,
        (model, options) -> model.load(file, null, options));
  }

  private static Restorer open(
      String source, String name, OnnxFile file, Device device, Loading loading) {
    ModelInfo info = ModelInfo.of(source, name, file);
    boolean batches = file.inputs().get(0).shape().get(0) == OnnxGraph.DYNAMIC;
    if (!info.suits(device.target())) {
      LOG.warnf(
          "Model %s was imported for a %s and is slow on %s; import it again with --target %s",
          info.name(), info.target().orElseThrow(), device.label(), device.target());
    }
    // The session's options name the device. For a GPU, DJL would register CUDA a second time.
    Model model = OnnxRuntime.engine().newModel(info.name(), ai.djl.Device.cpu());
    try {
      loading.load(
          model,
          Map.of(
              "sessionOptions",
              device.sessionOptions(Precision.of(info.precision()), info.target())));
      return new Restorer(source, info, batches, device, model);
    } catch (ModelException e) {
      model.close();
      throw e;
    } catch (IOException | MalformedModelException | OrtException | RuntimeException e) {
      model.close();
      throw new ModelException(
          "Model %s cannot be loaded by ONNX Runtime on %s: %s"
              .formatted(source, device.label(), RootMessage.of(e)),
          e);
    }
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Duration firstFace() {
    return firstFace;
  }

  @Override
  public boolean batches() {
    return batches;
  }

  @Override
  public List<RestoredCrop> restore(List<Mat> crops, int places) {
    tensors.requireFaces(crops, places);
    return turn.take(
        info.name(), () -> batches || places == 1 ? run(crops, places, tensors) : oneByOne(crops));
  }

  private List<RestoredCrop> oneByOne(List<Mat> crops) {
    List<RestoredCrop> faces = new ArrayList<>();
    try {
      crops.forEach(crop -> faces.addAll(run(List.of(crop), 1, tensors)));
      return faces;
    } catch (RuntimeException e) {
      faces.forEach(RestoredCrop::close);
      throw e;
    }
  }

  private List<RestoredCrop> run(List<Mat> crops, int places, FaceTensors tensors) {
    NDManager manager = model.getNDManager().newSubManager();
    try {
      NDList output = predict(manager, crops, places, tensors);
      tensors.requireOutput(output.singletonOrThrow(), places);
      return new ModelRun(tensors, manager, output).faces(crops);
    } catch (TranslateException e) {
      manager.close();
      throw failed(e, crops.size(), tensors);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private NDList predict(NDManager manager, List<Mat> crops, int places, FaceTensors tensors)
      throws TranslateException {
    try (Mat bytes = tensors.bytes(crops, places);
        NDArray input = tensors.tensor(manager, bytes, places)) {
      NDList output = predictor.predict(new NDList(input));
      output.attach(manager);
      return output;
    }
  }

  private ModelException failed(TranslateException e, int faces, FaceTensors tensors) {
    String message =
        "Model %s failed on %s: %s"
            .formatted(
                tensors.model(),
                faces == 1 ? tensors.face() : faces + " faces at once",
                RootMessage.of(e));
    ModelException failure = new ModelException(message, e);
    return DeviceCheck.lost(device, failure).orElse(failure);
  }

  @Override
  public void halt(Duration patience) {
    turn.halt(patience);
  }

  @Override
  public void close() {
    turn.close(
        () -> {
          predictor.close();
          model.close();
        });
  }

  @FunctionalInterface
  private interface Loading {
    void load(Model model, Map<String, Object> options) throws IOException, MalformedModelException;
  }
}
