package io.gpenstreams.model;

import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/** Restores one face by itself. */
public final class OneFace {
  private OneFace() {}

  /**
   * Runs a model once.
   *
   * @param crop 8-bit RGB of the model's size
   * @return the same kind of picture; the caller closes it
   */
  public static Mat restored(FaceModel model, Mat crop) {
    try (RestoredCrop restored = model.restore(List.of(crop), 1).get(0)) {
      return restored.picture();
    }
  }
}
