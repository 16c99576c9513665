package io.gpenstreams.face;

import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Finds faces. Safe for any number of threads; implementations that are not by nature take turns.
 */
public interface FaceDetector extends AutoCloseable {

  /**
   * Finds the faces in a picture, surest first.
   *
   * @param pixels 8-bit BGR
   */
  List<DetectedFace> detect(Mat pixels);

  /** What an operator calls it. */
  String name();

  @Override
  void close();
}
