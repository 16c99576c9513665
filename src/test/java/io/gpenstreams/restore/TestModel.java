package io.gpenstreams.restore;

import io.gpenstreams.model.Device;
import io.gpenstreams.model.FaceModel;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.RestoredCrop;
import io.gpenstreams.model.Restorer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.opencv.opencv_core.Mat;

/** Restores faces as it is told to, and passes for the built-in model. */
final class TestModel implements FaceModel {
  private final ModelInfo info;
  private final Device device;
  private final UnaryOperator<List<Mat>> restoring;
  // The places of each run, in order. Only the thread that runs the model adds to it.
  private final List<Integer> places = new ArrayList<>();

  TestModel(int size, UnaryOperator<List<Mat>> restoring) {
    this(size, Device.cpu(), restoring);
  }

  /** One that is said to run on another device. */
  TestModel(int size, Device device, UnaryOperator<List<Mat>> restoring) {
    this.device = device;
    try (Restorer builtin = Restorer.builtin(size, Device.cpu())) {
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
    return device;
  }

  List<Integer> places() {
    return places;
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
  public List<RestoredCrop> restore(List<Mat> crops, int places) {
    this.places.add(places);
    return restoring.apply(crops).stream().<RestoredCrop>map(Picture::new).toList();
  }

  /** A face that needs no unpacking. */
  private record Picture(Mat pixels) implements RestoredCrop {
    @Override
    public Mat picture() {
      return pixels.clone();
    }

    @Override
    public void close() {
      pixels.close();
    }
  }

  @Override
  public void halt(Duration patience) {}

  @Override
  public void close() {}
}
