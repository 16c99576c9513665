package io.gpenstreams.model;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The result of a run for one face, still in the model's layout. Making a picture of it takes
 * milliseconds, during which the device can do the next run. One thread at a time may use it.
 */
public interface RestoredCrop extends AutoCloseable {

  /**
   * Makes the picture.
   *
   * @return 8-bit RGB of the crop's size; the caller closes it
   * @throws ModelException if the model gave no picture
   */
  Mat picture();

  /** Frees the model's output. */
  @Override
  void close();
}
