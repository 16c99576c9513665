package io.gpenstreams.model;

import java.time.Duration;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * What restores faces on one device. Not to be used by two threads at once for speed: a device does
 * one thing at a time.
 */
public interface FaceModel extends AutoCloseable {

  /** What the model says of itself. */
  ModelInfo info();

  /** Where it runs. */
  Device device();

  /** How long its first face took, a test face when it was loaded. */
  Duration firstFace();

  /** Whether it takes several faces in one run; else they are restored one after the other. */
  boolean batches();

  /**
   * Restores faces.
   *
   * @param crops 8-bit RGB, {@code size × size}, continuous; at least one
   * @param places faces that the run has room for, at least as many as there are crops; what is in
   *     the others counts for nothing
   * @return what became of the crops, in order; the caller closes them, before the crops
   * @throws ModelException if the model fails; {@link ModelException#outOfMemory} says whether
   *     fewer places might do, {@link ModelException#deviceLost} whether none ever will
   */
  List<RestoredCrop> restore(List<Mat> crops, int places);

  /**
   * Lets no run begin any more and waits for the one that is going on: a process that exits in the
   * middle of native code crashes.
   *
   * @param patience how long to wait at most
   */
  void halt(Duration patience);

  @Override
  void close();
}
