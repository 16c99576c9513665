package io.gpenstreams.model;

import java.time.Duration;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A model that restores faces on one device. Two threads are no faster than one: a device does one
 * thing at a time.
 */
public interface FaceModel extends AutoCloseable {

  /** The model's metadata. */
  ModelInfo info();

  /** The device that it runs on. */
  Device device();

  /** How long its first face took: a test face while it was loaded. */
  Duration firstFace();

  /** Whether it restores several faces in one run, or else one after the other. */
  boolean batches();

  /**
   * Restores faces.
   *
   * @param crops 8-bit RGB, {@code size × size}, continuous; at least one
   * @param places the batch size of the run, at least the number of crops; the content of unused
   *     places does not matter
   * @return the restored faces in the order of the crops; the caller closes them, and the crops
   *     after them
   * @throws ModelException if the model fails; {@link ModelException#outOfMemory} says whether
   *     fewer places might do, {@link ModelException#deviceLost} whether none ever will
   */
  List<RestoredCrop> restore(List<Mat> crops, int places);

  /**
   * Starts no more runs, and waits for the current one. A process that exits in the middle of
   * native code crashes.
   *
   * @param patience the longest time to wait
   */
  void halt(Duration patience);

  @Override
  void close();
}
