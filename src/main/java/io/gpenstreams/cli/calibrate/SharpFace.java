package io.gpenstreams.cli.calibrate;

import io.gpenstreams.face.Landmarks;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A face that is sharp enough to be taken for the truth.
 *
 * @param name of its file
 * @param rgb 8-bit aligned crop of the model's size; owned by this record
 * @param landmarks in the crop
 */
record SharpFace(String name, Mat rgb, Landmarks landmarks) implements AutoCloseable {
  @Override
  public void close() {
    rgb.close();
  }
}
