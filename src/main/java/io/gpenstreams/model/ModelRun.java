package io.gpenstreams.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The output of one run. Owns the tensors, and frees them when the last of its faces is closed, on
 * any thread. {@code this} guards the fields.
 */
final class ModelRun {
  private final FaceTensors tensors;
  private final NDManager manager;
  private final NDList output;
  private int open;
  // Copied from ONNX Runtime once, when the first face needs it.
  private ByteBuffer values;

  /**
   * Takes over the output of a run.
   *
   * @param manager owns the output
   */
  ModelRun(FaceTensors tensors, NDManager manager, NDList output) {
    this.tensors = tensors;
    this.manager = manager;
    this.output = output;
  }

  /**
   * The faces of the run, in order.
   *
   * @param crops what the model was given; each must live as long as its face
   */
  synchronized List<RestoredCrop> faces(List<Mat> crops) {
    open = crops.size();
    List<RestoredCrop> faces = new ArrayList<>();
    for (int place = 0; place < crops.size(); place++) {
      faces.add(new Face(place, crops.get(place)));
    }
    return faces;
  }

  private synchronized ByteBuffer values() {
    if (values == null) {
      values = output.singletonOrThrow().toByteBuffer();
    }
    // Each reader has a position of its own.
    return values.duplicate().order(values.order());
  }

  private synchronized void release() {
    open--;
    if (open == 0) {
      close();
    }
  }

  void close() {
    output.close();
    manager.close();
  }

  private final class Face implements RestoredCrop {
    private final int place;
    private final Mat crop;
    private boolean closed;

    private Face(int place, Mat crop) {
      this.place = place;
      this.crop = crop;
    }

    @Override
    public Mat picture() {
      return tensors.picture(values(), place, crop);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        release();
      }
    }
  }
}
