package io.gpenstreams.restore;

import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Similarity;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/** Sees faces where it is told to. */
record FixedDetector(List<DetectedFace> faces) implements FaceDetector {

  FixedDetector(DetectedFace... faces) {
    this(List.of(faces));
  }

  /** An upright face whose aligned crop is the square at this place. */
  static DetectedFace face(double x, double y, double cropSide, double confidence) {
    Landmarks landmarks =
        new FaceTemplate(512)
            .landmarks()
            .through(Similarity.scale(cropSide / 512).then(Similarity.shift(x, y)));
    double box = 0.4 * cropSide;
    return new DetectedFace(
        x + 0.3 * cropSide, y + 0.35 * cropSide, box, box, landmarks, confidence);
  }

  @Override
  public List<DetectedFace> detect(Mat pixels) {
    return faces;
  }

  @Override
  public String name() {
    return "fixed";
  }

  @Override
  public void close() {}
}
