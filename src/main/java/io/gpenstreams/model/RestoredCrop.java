package io.gpenstreams.model;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * What a run of a model gave for one face, still in the model's layout. To make a picture of it
 * takes milliseconds that the device need not wait for. One thread at a time uses it.
 */
public interface RestoredCrop extends AutoCloseable {

  /**
   * Makes the picture.
   *
   * @return 8-bit RGB of the crop's size; the caller closes it
   * @throws ModelException if the model gave no picture
   */
  Mat picture();

  /** Frees what the model gave. */
  @Override
  void close();
}
