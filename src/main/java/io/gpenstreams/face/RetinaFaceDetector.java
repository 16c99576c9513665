package io.gpenstreams.face;

import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.gpenstreams.model.CompanionModel;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/** A RetinaFace model of {@code gpen import}. Owns it; safe for any number of threads. */
public final class RetinaFaceDetector implements FaceDetector {
  /** The share of the class face from which GPEN's official code counts a find. */
  public static final double THRESHOLD = 0.9;

  private final CompanionModel model;
  private final double threshold;

  RetinaFaceDetector(CompanionModel model, double threshold) {
    this.model = model;
    this.threshold = threshold;
  }

  /**
   * Loads a model.
   *
   * @throws io.gpenstreams.model.ModelException if it is no detector of {@code gpen import}, or
   *     cannot be loaded
   */
  public static RetinaFaceDetector open(Path file, Device device) {
    return new RetinaFaceDetector(CompanionModel.open(file, ModelKind.DETECTOR, device), THRESHOLD);
  }

  @Override
  public String name() {
    return model.info().name();
  }

  /** Of the model file, lower-case hexadecimal. */
  public String sha256() {
    return model.info().sha256();
  }

  @Override
  public List<DetectedFace> detect(Mat pixels) {
    try (DetectionImage image = DetectionImage.of(pixels)) {
      List<DetectedFace> faces = new ArrayList<>();
      look(image.pixels()).forEach(face -> faces.add(face.scaled(image.factor())));
      faces.sort(DetectedFace.SUREST_FIRST);
      return List.copyOf(faces);
    }
  }

  /**
   * Finds the faces of a picture as it is, surest first: of some 16 to 500 pixels, for which
   * RetinaFace was made.
   *
   * @param picture 8-bit BGR of any size
   * @throws io.gpenstreams.model.ModelException if the model fails
   */
  public List<DetectedFace> look(Mat picture) {
    RetinaFaceAnchors anchors = new RetinaFaceAnchors(picture.cols(), picture.rows());
    int count = anchors.count();
    try (Mat rgb = new Mat()) {
      cvtColor(picture, rgb, COLOR_BGR2RGB);
      return model.run(
          rgb,
          outputs ->
              anchors.faces(
                  outputs.floats("loc", 1, count, RetinaFaceAnchors.BOX),
                  outputs.floats("conf", 1, count, RetinaFaceAnchors.CLASSES),
                  outputs.floats("landms", 1, count, RetinaFaceAnchors.LANDMARKS),
                  threshold));
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
