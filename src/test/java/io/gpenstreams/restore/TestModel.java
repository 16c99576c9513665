package io.gpenstreams.restore;

import io.gpenstreams.model.Device;
import io.gpenstreams.model.FaceModel;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.Restorer;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.opencv.opencv_core.Mat;

/** Restores faces as it is told to, and passes for the built-in model. */
final class TestModel implements FaceModel {
  private final ModelInfo info;
  private final UnaryOperator<List<Mat>> restoring;

  TestModel(int size, UnaryOperator<List<Mat>> restoring) {
    try (Restorer builtin = Restorer.builtin(size, Device.CPU)) {
      this.info = builtin.info();
    }
    this.restoring = restoring;
  }

  /** What a model that changes nothing gives. */
  static List<Mat> copies(List<Mat> crops) {
    return crops.stream().map(Mat::clone).toList();
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public Duration firstFace() {
    return Duration.ofMillis(1);
  }

  @Override
  public boolean batches() {
    return true;
  }

  @Override
  public List<Mat> restore(List<Mat> crops) {
    return restoring.apply(crops);
  }

  @Override
  public void halt(Duration patience) {}

  @Override
  public void close() {}
}
